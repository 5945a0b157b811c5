import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HostResult } from "../../src/check/core/judge-host.ts";
import { commandLine } from "../support/command-line.ts";
import { type SshServer, startSshServer } from "../support/ssh-server.ts";
import { noSshd } from "../support/sshd.ts";

const rackhand = commandLine(() => "http://127.0.0.1:9");
const why = noSshd === undefined ? "" : ` (skipped: ${noSshd})`;
const place = mkdtempSync(join(tmpdir(), "rackhand-bad-"));
const rules = join(place, "rules");
process.env.RACKHAND_STATE = join(place, "state");
let server: SshServer;

const noFreeze = !existsSync("/usr/sbin/fsfreeze") || !existsSync("/dev/loop-control");

/** Who writes there waits, and nothing ends him, as at a disk that has died; it thaws by itself if we do not. */
function freeze(mount: string, pid: number): void {
  execFileSync("truncate", ["-s", "8M", `${mount}.disk`]);
  execFileSync("mkfs.ext4", ["-q", `${mount}.disk`]);
  mkdirSync(mount);
  const inside = ["-t", `${pid}`, "-m", "--"]; // sshd's mounts are its own
  const late = `sleep 60; fsfreeze -u ${mount}`;
  execFileSync("nsenter", [...inside, "mount", "-o", "loop", `${mount}.disk`, mount]);
  spawn("nsenter", [...inside, "sh", "-c", late], { stdio: "ignore", detached: true }).unref();
  execFileSync("nsenter", [...inside, "fsfreeze", "-f", mount]);
}
const thaw = (mount: string, pid: number) =>
  execFileSync("nsenter", ["-t", `${pid}`, "-m", "--", "fsfreeze", "-u", mount]);

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
      declared("later", "echo fine", "^fine$");
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

    test.skipIf(noFreeze)(
      "a probe that hangs in the kernel, where KILL does not reach, costs its own answer alone",
      async () => {
        const frozen = join(place, "frozen");
        freeze(frozen, server.pid);
        try {
          declared("hanging", `touch ${frozen}/x; echo fine`, "^fine$");
          const since = Date.now();

          const { by } = await check("one", ...own("hanging", "later"));

          expect(verdicts(by.get("one"))).toMatchObject([
            { is: "unknown", because: expect.stringContaining("in time") },
            { is: "pass" },
          ]);
          expect(Date.now() - since).toBeLessThan(40_000); // its second, three more, and a slow machine
        } finally {
          thaw(frozen, server.pid);
        }
      },
    );

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
