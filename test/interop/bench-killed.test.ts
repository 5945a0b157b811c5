import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { type SshServer, startSshServer } from "../support/ssh-server.ts";
import { noSshd } from "../support/sshd.ts";

const noFio = existsSync("/usr/bin/fio") ? undefined : "no fio (package fio)";
const at = mkdtempSync(join(tmpdir(), "rackhand-killed-"));
afterAll(() => rmSync(at, { recursive: true, force: true, maxRetries: 5 }));
const dist = (path: string) => JSON.stringify(join(import.meta.dirname, "../../dist", path));

/** Everything that works below the directory, fio and shells alike. */
const working = (): string[] =>
  readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(at);
    } catch {
      return false; // ended meanwhile, or none of ours
    }
  });

/** A Rackhand that measures for a minute on a host, killed as soon as fio's processes work. */
async function killedWhileMeasuring(host: string): Promise<void> {
  const text = [
    `import { runFio } from ${dist("bench/run-fio.js")};`,
    `import { here } from ${dist("host/here.js")};`,
    `import { overSsh } from ${dist("host/over-ssh.js")};`,
    "const job = '[reads]\\nrw=randread\\nsize=1m\\nnumjobs=2\\ntime_based=1\\nruntime=60\\n';",
    `const wish = { id: "killed", job, directory: ${JSON.stringify(at)}, withinMs: 90_000, tell() {} };`,
    `await runFio(${host}, { ...wish, signal: new AbortController().signal });`,
  ].join("\n");
  const child = spawn(process.execPath, ["--input-type=module", "-e", text], { stdio: "ignore" });
  const ended = once(child, "exit");
  await vi.waitUntil(() => working().length >= 3, 60_000); // the first one and the two that read
  child.kill("SIGKILL");
  await ended;
}

test.skipIf(noFio !== undefined)(
  `killed with -9, fio ends and its files go${noFio === undefined ? "" : `: skipped, ${noFio}`}`,
  async () => {
    await killedWhileMeasuring('here("here")');

    await vi.waitUntil(() => working().length === 0 && readdirSync(at).length === 0, 20_000);
    expect(readdirSync(at)).toEqual([]);
  },
  90_000,
);

const missing = noFio ?? noSshd;
test.skipIf(missing !== undefined)(
  `killed with -9, nothing of it stays on a host over ssh${missing === undefined ? "" : `: skipped, ${missing}`}`,
  async () => {
    const server: SshServer = await startSshServer();
    try {
      await killedWhileMeasuring(`overSsh("one", { config: ${JSON.stringify(server.config)} })`);

      await vi.waitUntil(() => working().length === 0 && readdirSync(at).length === 0, 20_000);
      expect(readdirSync(at)).toEqual([]);
    } finally {
      await server.stop();
    }
  },
  90_000,
);
