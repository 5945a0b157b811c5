import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checkHost } from "../../src/check/check-hosts.ts";
import { fixHost, proposeFixes } from "../../src/check/fix-host.ts";
import { loadRules } from "../../src/check/load-rules.ts";
import { listKept, undoHost } from "../../src/check/undo-host.ts";
import { overSsh } from "../../src/host/over-ssh.ts";
import { noNamespaces, ownPlaces } from "../support/own-places.ts";
import type { Places } from "../support/places.ts";
import { noSshd } from "../support/sshd.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
const no = noNamespaces ?? noSshd ?? (existsSync("/usr/bin/sudo") ? undefined : "no sudo (package sudo)");
const rule = (await loadRules()).find(({ id }) => id === "ldap-reqcert")!;
const place = mkdtempSync(join(tmpdir(), "rackhand-fix-ssh-"));
const wish = { rules: [rule], mayAsk: false, now: Date.now, owner: "anna@ops" };

/** ann may sudo without a password, bob may not, and root comes in as root. */
const USERS = `for u in ann bob; do
  echo $u:x:$(printf 40%d "'$u"):4001::/:/bin/sh >>/etc/passwd; echo "$u:*:19000::::::" >>/etc/shadow
done
mkdir -p /run/sshd /etc/sudoers.d; echo 'ann ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/ann; chmod 440 /etc/sudoers.d/ann`;
const BROKEN = `mkdir -p /etc/ldap; echo CERTIFICATE >/etc/ldap/ca.pem; chmod 600 /etc/ldap/ca.pem
printf 'URI ldaps://ldap.example\\nTLS_CACERT /etc/ldap/ca.pem\\n' >/etc/ldap/ldap.conf`;
const STATE = "stat -c '%u %g %a %Y' /etc/ldap/ca.pem; sha256sum /etc/ldap/ca.pem";

describe.skipIf(no !== undefined)(`mending over ssh${no === undefined ? "" : `: ${no}`}`, () => {
  let it: Places;
  beforeAll(async () => {
    it = await ownPlaces();
    await it.sh(`${USERS}\n${BROKEN}`);
    for (const name of ["host", "user"])
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(place, name)]);
    writeFileSync(
      join(place, "sshd_config"),
      `HostKey ${place}/host\nAuthorizedKeysFile ${place}/user.pub\nUsePAM no\nPasswordAuthentication no
KbdInteractiveAuthentication no\nStrictModes no\nPidFile none\n`,
    );
    writeFileSync(join(place, "known_hosts"), `h ${readFileSync(join(place, "host.pub"), "utf8")}`);
    const sshd = `ProxyCommand ${it.enter.join(" ")} /usr/sbin/sshd -i -f ${place}/sshd_config`;
    const common = `HostKeyAlias h\nIdentityFile ${place}/user\nIdentitiesOnly yes\nIdentityAgent none
UserKnownHostsFile ${place}/known_hosts\nGlobalKnownHostsFile none\n${sshd}\n`;
    writeFileSync(join(place, "ssh_config"), `Host *\n${common}`);
    execFileSync("chmod", ["755", place]);
  });
  afterAll(async () => {
    await it?.end();
    rmSync(place, { recursive: true });
  });

  const through = async <T>(
    name: string,
    use: (host: ReturnType<typeof overSsh>) => Promise<T>,
  ): Promise<T> => {
    const host = overSsh(`${name}@h`, { config: join(place, "ssh_config") });
    try {
      return await use(host);
    } finally {
      await host.close();
    }
  };

  test.each(["root", "ann"])("as %s it mends, looks again, and leads back", (name) =>
    through(name, async (host) => {
      const before = await it.sh(STATE);
      const { findings, facts } = await checkHost(host, wish);
      const [proposal] = await proposeFixes(host, [{ rule, finding: findings[0]! }], facts!);

      const fixed = await fixHost(host, proposal!, wish);
      const between = await it.sh("stat -c %a /etc/ldap/ca.pem");
      const kept = await listKept(host);
      const undone = await undoHost(host, fixed.id!, { force: false, owner: "anna@ops" });

      expect([facts!.uid, fixed.is, fixed.finding!.verdict.is]).toEqual([0, "fixed", "pass"]);
      expect([between, undone.is]).toEqual(["644\n", "undone"]);
      expect(kept.map(({ id }) => id)).toContain(fixed.id);
      expect(await it.sh(STATE)).toBe(before);
    }),
  );

  test("who may not sudo is told what he could not see, and nothing is changed", () =>
    through("bob", async (host) => {
      const before = await it.sh(`${STATE}; ls -A /var/lib/rackhand /run/rackhand.lock 2>&1 || :`);
      const seen = await checkHost(host, wish);
      const failing = await through("root", (other) => checkHost(other, wish));
      const [proposal] = await proposeFixes(host, [{ rule, finding: failing.findings[0]! }], seen.facts!);

      const fixed = await fixHost(host, proposal!, wish);
      const undone = await undoHost(host, "ldap-reqcert-20261129-0000", { force: false, owner: "bob@ops" });

      expect(seen.facts!.uid).toBeGreaterThan(0);
      expect([fixed.is, fixed.trouble?.says]).toEqual(["refused", expect.stringContaining("only root")]);
      expect(undone).toMatchObject({
        is: "refused",
        trouble: { says: expect.stringContaining("only root") },
      });
      await expect(listKept(host)).rejects.toThrow("only root");
      expect(await it.sh(`${STATE}; ls -A /var/lib/rackhand /run/rackhand.lock 2>&1 || :`)).toBe(before);
    }));
});
