import { type ChildProcess, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type Cable, ended, layCable } from "./cable.ts";

const UNIT = join(import.meta.dirname, "../../deploy/rackhand.service");
const MAIN = join(import.meta.dirname, "../../dist/program/rackhand.js");
const MOST_EXPOSED = 17; // tenths, as the unit stands; systemd calls 4.9 "OK" and 5.0 "MEDIUM"
const text = readFileSync(UNIT, "utf8");
/** Every value that the unit gives to a key. */
const told = (key: string): string[] =>
  [...text.matchAll(new RegExp(`^${key}=(.*)$`, "gm"))].flatMap(([, words]) => words!.split(" "));

const has = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;
const without = (program: string): string => (has(program) ? "" : ` (skipped: no ${program})`);
const noAnalyze = without("systemd-analyze");
const analyzeTest = test.skipIf(noAnalyze !== "");
const notAble = process.getuid?.() === 0 ? without("setpriv") : " (skipped: needs root)";

let cable: Cable | undefined;
const made: string[] = [];
afterEach(async () => {
  await cable?.close();
  cable = undefined;
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});
function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), "rackhand-unit-"));
  chmodSync(home, 0o755);
  made.push(home);
  return home;
}

analyzeTest(`systemd finds nothing wrong with the unit${noAnalyze}`, () => {
  const copy = join(newHome(), "rackhand.service");
  writeFileSync(copy, text.replace("/usr/bin/node", process.execPath));

  const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", copy], { encoding: "utf8" });

  expect([status, stderr]).toEqual([0, ""]);
});

analyzeTest(`the unit's exposure is at most ${MOST_EXPOSED / 10} of 10${noAnalyze}`, () => {
  const words = ["security", "--offline=true", "--no-pager", `--threshold=${MOST_EXPOSED}`, UNIT];

  const { status, stdout } = spawnSync("systemd-analyze", words, { encoding: "utf8" });

  expect(status, stdout).toBe(0);
});

test("the private PostgreSQL outlives a kill of the service, and the state directory is its own", () => {
  expect(told("KillMode")).toEqual(["process"]); // docs/decisions/0003
  expect(told("Environment")).toEqual([`RACKHAND_STATE=/var/lib/${told("StateDirectory")[0]}`]);
  expect(told("User")).not.toContain("root");
});

const MAC = "02:00:00:00:0c:01";
const NOBODY = 65_534; // an account that is there; PostgreSQL wants one with a name

/** The service as the unit starts it: another user, its capabilities and no other, nothing else to write to. */
async function serveAsUnit(home: string, under: readonly string[] = []) {
  const state = join(home, "state");
  spawnSync("mkdir", [state]);
  chmodSync(state, 0o711);
  chownSync(state, NOBODY, NOBODY);
  const capabilities = told("AmbientCapabilities").map((name) => name.toLowerCase().replace("cap_", "+"));
  const only = ["-all", ...capabilities].join(",");
  const readOnly = `mount --bind ${state} ${state}; mount -o remount,bind,ro /; exec "$@"`;
  const dropped = [
    ...["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--no-new-privs"],
    ...[`--inh-caps=${only}`, `--ambient-caps=${only}`, `--bounding-set=${only}`],
  ];
  const serve = [process.execPath, MAIN, "serve", "--port", "0", "--segment", "eth1"];
  cable = await layCable("10.9.0.1/24");
  const argv = ["unshare", "--mount", "sh", "-ec", readOnly, "sh", ...dropped, ...under, ...serve];
  const env = { PATH: process.env.PATH, RACKHAND_STATE: state, HOME: state };
  return { service: await cable.start("server", argv, "answers on eth1", env), cable };
}

async function leases({ run }: Cable, home: string): Promise<string> {
  const script = join(home, "tell");
  writeFileSync(script, '#!/bin/sh\necho "$1 $ip"\n', { mode: 0o755 });
  await run("client", ["ip", "link", "set", "c0", "address", MAC]);
  const udhcpc = ["udhcpc", "-i", "c0", "-f", "-n", "-q", "-t", "5", "-T", "1", "-s", script];
  return (await run("client", udhcpc)).said;
}

test.skipIf(notAble !== "")(
  `as its own user, with the unit's capabilities alone, it serves a segment${notAble}`,
  { timeout: 60_000 },
  async () => {
    const home = newHome();

    const { service, cable } = await serveAsUnit(home);

    expect(told("CapabilityBoundingSet")).toEqual(told("AmbientCapabilities"));
    const status = readFileSync(`/proc/${service.pid}/status`, "utf8");
    expect(status).toMatch(/^Uid:\s65534\s65534\s65534\s65534$/m);
    expect(status).toMatch(/^CapBnd:\s0000000000002400$/m); // CAP_NET_BIND_SERVICE and CAP_NET_RAW
    expect(await leases(cable, home)).toContain("bound 10.9.0.");
    expect(existsSync(join(home, "state/secret.key"))).toBe(true);
    await ended(service);
    expect(service.exitCode).toBe(0);
  },
);

const noStrace = notAble || noAnalyze || without("strace");
test.skipIf(noStrace !== "")(
  `it serves a segment also when every system call that the unit forbids is refused${noStrace}`,
  { timeout: 90_000 },
  async () => {
    const home = newHome();
    const refusals = join(home, "state/refusals");
    const forbidden = `!${[...allowedCalls()].map((name) => `?${name}`).join(",")}`;
    const filter = ["--seccomp-bpf", "-e", `trace=${forbidden}`, "-e", `inject=${forbidden}:error=EPERM`];

    const { service, cable } = await serveAsUnit(home, ["strace", "-f", "-qq", ...filter, "-o", refusals]);

    try {
      expect(await leases(cable, home)).toContain("bound 10.9.0.");
    } finally {
      await tracedEnded(service);
    }
    const refused = [...readFileSync(refusals, "utf8").matchAll(/^\d+ +(\w+)\(/gm)].map(([, name]) => name);
    // V8 asks for memory protection keys and does without them
    expect([...new Set(refused)].filter((name) => name !== "pkey_alloc")).toEqual([]);
  },
);

/** strace that is told to end lets go of its program, which then lives on: the program is told, and strace follows. */
async function tracedEnded(strace: ChildProcess): Promise<void> {
  const traced = readFileSync(`/proc/${strace.pid}/task/${strace.pid}/children`, "utf8").trim().split(" ");
  const gone = new Promise((resolve) => strace.once("exit", resolve));
  for (const pid of traced) process.kill(Number(pid), "SIGTERM");
  await gone;
}

/** SystemCallFilter= as systemd itself takes it apart; @default is always in it (systemd.exec(5)). */
function allowedCalls(): Set<string> {
  const { stdout } = spawnSync("systemd-analyze", ["syscall-filter", "--no-pager"], { encoding: "utf8" });
  const members = new Map(
    stdout.split(/\n(?=@)/).map((part) => {
      const [name, ...lines] = part.split("\n");
      return [name!, lines.map((line) => line.trim()).filter((line) => /^[@\w-]+$/.test(line))];
    }),
  );
  const callsOf = (name: string): string[] => members.get(name)?.flatMap(callsOf) ?? [name];
  const words = told("SystemCallFilter");
  const from = words.findIndex((word) => word.startsWith("~"));
  const denied = new Set(words.slice(from).flatMap((word) => callsOf(word.replace("~", ""))));
  return new Set(["@default", ...words.slice(0, from)].flatMap(callsOf).filter((name) => !denied.has(name)));
}
