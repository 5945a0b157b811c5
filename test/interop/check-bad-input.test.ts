import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HostResult } from "../../src/check/core/judge-host.ts";
import { commandLine } from "../support/command-line.ts";
import { noSshd, type SshServer, startSshServer } from "../support/ssh-server.ts";

const rackhand = commandLine(() => "http://127.0.0.1:9");
const OWN = ["endless", "fine", "hanging", "read-only", "throwing"];
const why = noSshd === undefined ? "" : ` (skipped: ${noSshd})`;
const place = mkdtempSync(join(tmpdir(), "rackhand-bad-"));
const rules = join(place, "rules");
process.env.RACKHAND_STATE = join(place, "state");
let server: SshServer;

/** Each command of that host sees its root read-only, as after a disk's error. */
const READ_ONLY = `unshare --mount sh -c 'mount -o remount,bind,ro / && exec sh -c "$SSH_ORIGINAL_COMMAND"'`;

const declared = (id: string, run: string, healthy: string) =>
  writeFileSync(
    join(rules, `${id}.json`),
    JSON.stringify({ id, says: "s", because: "b", run, healthy, remedy: "r" }),
  );

/** The operator's ssh finds these hosts: what ~/.ssh/config would say stands in a file. */
function sshWith(config: string): void {
  const bin = join(place, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(place, "ssh_config"), config);
  writeFileSync(join(bin, "ssh"), `#!/bin/sh\nexec /usr/bin/ssh -F ${place}/ssh_config "$@"\n`);
  chmodSync(join(bin, "ssh"), 0o755);
  process.env.PATH = `${bin}:${process.env.PATH}`;
}

async function check(...argv: string[]): Promise<{ code: number; by: Map<string, HostResult> }> {
  const { code, out } = await rackhand("check", ...argv, "--json");
  return { code, by: new Map((JSON.parse(out) as HostResult[]).map((one) => [one.host, one])) };
}
const own = (...ids: string[]) => ["--rules", rules, ...ids.flatMap((id) => ["--rule", id])];
const verdicts = (result: HostResult | undefined) => result?.findings.map(({ verdict }) => verdict);

describe.skipIf(noSshd !== undefined)(
  `hosts that are in no state to be asked${why}`,
  { timeout: 120_000 },
  () => {
    beforeAll(async () => {
      mkdirSync(rules);
      declared("fine", "echo fine", "^fine$");
      server = await startSshServer();
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(place, "other")]);
      const known = readFileSync(server.config, "utf8");
      const nobody = known.replace("Host one one-*", "Host nobody").replace(/Port .*/, "Port 9");
      const stranger = known
        .replace("Host one one-*", "Host stranger")
        .replace(/IdentityFile .*/, `IdentityFile ${place}/other`);
      sshWith(`${nobody}\n${stranger}\n${known}`);
    });
    afterAll(async () => {
      await server?.stop();
      rmSync(place, { recursive: true, maxRetries: 5 });
    });

    test("one that does not answer and one that lets us not in are told as that, and the others go on", async () => {
      const { code, by } = await check("nobody", "stranger", "one", ...own("fine"));

      expect(code).toBe(2);
      expect(by.get("nobody")!.trouble).toContain("[host.unreachable]");
      expect(by.get("stranger")!.trouble).toContain("[host.key-refused]");
      expect(verdicts(by.get("one"))).toEqual([{ is: "pass" }]);
    });

    test("100 MB of output, a rule that throws and a file that nobody answers cost their own answers alone", async () => {
      execFileSync("mkfifo", [join(place, "nfs")]); // opening it waits, as a file on a dead server does
      declared("endless", "yes | head -c 100000000", "^y$");
      declared("hanging", `cat ${place}/nfs`, "^fine$");
      writeFileSync(
        join(rules, "throwing.mjs"),
        `export const it = { id: "throwing", says: "s", because: "b", sources: [], applies: () => true,
        probe: { run: ":", withinMs: 1000 }, remedy: () => ({ say: "", steps: [] }),
        judge: () => { throw new Error("odd line"); } };`,
      );

      const { code, by } = await check("one", ...own("endless", "fine", "hanging", "throwing"));

      expect(code).toBe(2);
      expect(verdicts(by.get("one"))).toMatchObject([
        { is: "unknown", because: expect.stringContaining("more than is read") },
        { is: "pass" },
        { is: "unknown", because: expect.stringContaining("in time") },
        { is: "unknown", because: expect.stringContaining("odd line") },
      ]);
    });

    test("a root that is read-only changes no rule's answer: probes write nothing", async () => {
      const locked = await startSshServer([`ForceCommand ${READ_ONLY}`]);
      try {
        const config = readFileSync(locked.config, "utf8").replaceAll("one", "locked");
        writeFileSync(
          join(place, "ssh_config"),
          `${config}\n${readFileSync(join(place, "ssh_config"), "utf8")}`,
        );
        const known = join(locked.place, "known_hosts");
        writeFileSync(known, readFileSync(known, "utf8").replace(/^one /, "locked "));
        declared("read-only", "touch /rackhand-was-here 2>&1", "Read-only file system");

        const { by } = await check("locked", "one", "--rules", rules);

        const is = (host: string) =>
          by
            .get(host)!
            .findings.map(({ rule, verdict }) => [rule, verdict.is])
            .filter(([rule]) => !OWN.includes(rule!));
        expect(by.get("locked")!.findings.find(({ rule }) => rule === "read-only")!.verdict.is).toBe("pass");
        expect(is("locked").length).toBeGreaterThan(5);
        expect(is("locked")).toEqual(is("one"));
      } finally {
        await locked.stop();
        rmSync("/rackhand-was-here", { force: true }); // host `one` could write it
      }
    });

    test("a host that shows another key is refused and explained, and nothing runs there", async () => {
      declared("trace", `touch ${place}/trace`, "");
      await server.newHostKey();

      const { code, by } = await check("one", ...own("trace"));

      expect(code).toBe(2);
      expect(by.get("one")!.trouble).toContain("[host.key-changed]");
      expect(by.get("one")!.trouble).toContain("ssh-keygen -R one");
      expect(() => readFileSync(join(place, "trace"))).toThrow("ENOENT");
    });
  },
);
