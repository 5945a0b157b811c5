import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checkHost } from "../../src/check/check-hosts.ts";
import type { Rule } from "../../src/check/core/rule.ts";
import { loadRules } from "../../src/check/load-rules.ts";
import { lanConf, SUPERMICRO } from "../support/ipmi-sim.ts";
import { noNamespaces, ownPlaces } from "../support/own-places.ts";
import type { Places } from "../support/places.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
const no = noNamespaces ?? (existsSync("/usr/bin/ipmi_sim") ? undefined : "no ipmi_sim (package openipmi)");
const rule: Rule = (await loadRules()).find(({ id }) => id === "bmc-defaults")!;

const LAN = lanConf(623, { ours: "x1-y2-z3", ADMIN: "ADMIN", root: "other-one-9" }, 'chassis_control "true"');
/** A BMC by OpenIPMI that calls itself Supermicro's; ipmitool finds it as it does a host's own, and each of its words is counted. */
const BMC = `mkdir -p /run/sim/kept /mnt/dev; cd /run/sim
cp -a /dev/null /dev/zero /dev/urandom /dev/random /mnt/dev; mount --bind /mnt/dev /dev; : >/dev/ipmi0
cat >lan.conf <<'X'
${LAN}X
cat >sim.emu <<'X'
${SUPERMICRO}X
setsid ipmi_sim -c lan.conf -f sim.emu -s kept -n >/dev/null 2>&1 </dev/null &
mkdir /run/bin; cat >/run/bin/ipmitool <<'X'
#!/bin/sh
echo "$*" >>/run/words
case $1 in -I) exec /usr/bin/ipmitool "$@" ;; esac
exec /usr/bin/ipmitool -I lanplus -H 127.0.0.1 -p 623 -U ours -P x1-y2-z3 -C 3 "$@"
X
chmod 755 /run/bin/ipmitool
for i in $(seq 50); do /run/bin/ipmitool mc info >/dev/null 2>&1 && break; sleep 0.2; done
/run/bin/ipmitool lan set 1 ipaddr 127.0.0.1`;

describe.skipIf(no !== undefined)(`a BMC's passwords${no === undefined ? "" : `: ${no}`}`, () => {
  let it: Places;
  beforeAll(async () => {
    it = await ownPlaces();
    await it.sh(BMC);
  });
  afterAll(() => it?.end());

  const ask = async (mayTry: boolean) => {
    await it.sh(": >/run/words");
    const host = {
      ...it.host,
      run: (command: Parameters<typeof it.host.run>[0]) =>
        it.host.run({ ...command, env: { PATH: `/run/bin:${process.env.PATH}` } }),
    };
    const asked = { ...rule, applies: () => true as const };
    const { findings } = await checkHost(host, { rules: [asked], mayAsk: false, mayTry, now: Date.now });
    const tries = (await it.sh("grep -o -- '-U [a-zA-Z]* .*' /run/words || :")).split("\n").filter(Boolean);
    return { ...findings[0]!, tries };
  };

  test("without --try-passwords none is tried", async () => {
    const { verdict, tries } = await ask(false);

    expect(tries).toEqual([]);
    expect(JSON.stringify(verdict)).not.toContain("default-password");
  });

  test("with it each user whose name is a maker's is tried once, and what is still as shipped is told", async () => {
    const { verdict, remedy, tries } = await ask(true);

    expect(tries).toEqual(["ADMIN", "root"].map((name) => `-U ${name} -E -C 3 -N 1 -R 1 -v mc info`));
    expect(verdict).toMatchObject({ is: "fail", cause: "default-password" });
    expect(JSON.stringify(verdict)).toMatch(/try 3 ADMIN default.*try 4 root other/);
    expect(remedy!.say).toContain("ipmitool user set password 3");
  });
});
