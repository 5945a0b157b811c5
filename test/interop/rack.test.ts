import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { ipmitool } from "../../src/bmc/ipmitool.ts";
import {
  findRack,
  lowerRack,
  type Rack,
  type RaiseOptions,
  rackStatus,
  raiseRack,
} from "../../src/rack/rack.ts";
import { listen } from "../conformance/bmc.ts";
import { everyProcess } from "./processes.ts";
import { RACK_ENTRY } from "./rack-entry-argv.ts";

const made: string[] = [];
afterEach(async () => {
  for (const state of made.splice(0)) {
    await lowerRack(state);
    rmSync(state, { recursive: true });
  }
}, 30_000);

function newState(): string {
  const state = mkdtempSync(join(tmpdir(), "rack-"));
  made.push(state);
  return state;
}

const raise = (state: string, more: Partial<RaiseOptions> = {}): Promise<Rack> =>
  raiseRack({
    state,
    machines: 1,
    firmware: "bios",
    accel: "tcg",
    entry: RACK_ENTRY,
    log: () => {},
    ...more,
  });

const bmcOf = (rack: Rack, index = 0) => {
  const { name, bmc } = rack.machines[index]!;
  return ipmitool({ machine: name, ...bmc }, { start: rack.run });
};

/** Everything that runs for the rack of a state directory, wherever it got to. */
const ofRack = (state: string) => {
  return everyProcess().filter(
    ({ line, cwd }) => cwd.startsWith(join(state, "rack")) || line.includes(state),
  );
};
const pidOf = (state: string, program: string) =>
  ofRack(state).find(({ line }) => line.startsWith(program))?.pid;
const interfaces = () => spawnSync("ip", ["-br", "link"], { encoding: "utf8" }).stdout;

test("a stopped rack leaves no process, no interface and no file with a secret", async () => {
  const state = newState();
  const before = interfaces();
  const rack = await raise(state, { machines: 2 });
  await bmcOf(rack).act("on");
  const running = ofRack(state).map(({ line }) => line.split(" ")[0]);

  await rack.stop();

  expect(running.filter((program) => program === "ipmi_sim")).toHaveLength(2);
  expect(running).toContain("qemu-system-x86_64");
  expect(ofRack(state)).toEqual([]);
  expect(interfaces()).toBe(before);
  expect(spawnSync("ls", ["-A", join(state, "rack")], { encoding: "utf8" }).stdout).toBe("rack.log\n");
  expect(await rackStatus(state)).toBeUndefined();
});

test("when its holder is killed everything in the rack is gone, and the next rack stands", async () => {
  const state = newState();
  const rack = await raise(state);
  await bmcOf(rack).act("on");

  process.kill(pidOf(state, RACK_ENTRY[0]!)!, "SIGKILL");

  await expect.poll(() => ofRack(state), { timeout: 5000 }).toEqual([]);
  expect(existsSync(join(state, "rack", "rack.json"))).toBe(true); // the leftover
  const next = await raise(state);
  expect(await bmcOf(next).power()).toBe("off");
});

test("when whoever raised it is killed everything in the rack is gone", async () => {
  const state = newState();
  const raiser = await raiserOf(state);

  raiser.kill("SIGKILL");

  await expect.poll(() => ofRack(state), { timeout: 5000 }).toEqual([]);
});

test("a rack that stays outlives its raiser, answers others, and is lowered by them", async () => {
  const state = newState();
  const raiser = await raiserOf(state, { stays: true });
  const ended = new Promise((resolve) => raiser.once("close", resolve));
  raiser.kill("SIGKILL");
  await ended;

  const rack = await findRack(state);
  await bmcOf(rack!).act("on");
  const status = await rackStatus(state);
  const lowered = await lowerRack(state);

  expect(status?.machines).toMatchObject([{ name: "m1", power: "on", nextBoot: "none" }]);
  expect(lowered).toBe(true);
  expect(ofRack(state)).toEqual([]);
  expect(await lowerRack(state)).toBe(false);
});

test("a second rack in the same state directory is a fault; in another it stands beside the first", async () => {
  const [state, other] = [newState(), newState()];
  const first = await raise(state);

  await expect(raise(state)).rejects.toMatchObject({ id: "rack.running" });
  const second = await raise(other);
  await bmcOf(second).act("on");

  expect(await bmcOf(first).power()).toBe("off");
  expect(first.machines[0]!.bmc.password).not.toBe(second.machines[0]!.bmc.password);
});

test("the rack's file is for its owner alone, and a path longer than a socket's is no trouble", async () => {
  const state = join(newState(), "a".repeat(60), "b".repeat(60));
  mkdirSync(state, { recursive: true });

  const rack = await raise(state);

  const mode = spawnSync("stat", ["-c", "%a", join(state, "rack"), join(state, "rack", "rack.json")]).stdout;
  expect(mode.toString()).toBe("700\n600\n");
  expect(await bmcOf(rack).power()).toBe("off");
  await rack.stop();
});

test("a program run inside sees the segment, gets our signals, and its exit is its own", async () => {
  const rack = await raise(newState());

  const links = await ended(rack.run(["ip", "-br", "-4", "address"]));
  const status = await ended(rack.run(["sh", "-c", "exit 7"]));
  const tidy = rack.run([
    "sh",
    "-c",
    'trap "echo tidied; exit 3" TERM; echo ready; while :; do sleep 0.05; done',
  ]);
  await new Promise((resolve) => tidy.stdout!.once("data", resolve));
  const told = ended(tidy);
  tidy.kill("SIGTERM");

  expect(links.said).toMatch(/^rack0 .* 10\.77\.0\.1\/24/m);
  expect(status.status).toBe(7);
  expect(await told).toEqual({ status: 3, said: "tidied\n" });
});

test("a program run inside ends with the rack", async () => {
  const rack = await raise(newState());
  const asleep = ended(rack.run(["sleep", "600"]));

  await rack.stop();

  expect((await asleep).status).not.toBe(0);
});

test("what runs beside the machines is started again when it ends, and is told first when the rack stops", async () => {
  const state = newState();
  const note = join(state, "note");
  const program = `echo began >> ${note}; trap "echo told >> ${note}; exit 0" TERM; while :; do sleep 0.05; done`;
  const rack = await raise(state, { beside: ["sh", "-c", program] });
  await expect.poll(() => existsSync(note)).toBe(true);

  process.kill(pidOf(state, "sh -c echo began")!, "SIGKILL");
  await expect.poll(() => readFileSync(note, "utf8"), { timeout: 5000 }).toBe("began\nbegan\n");
  await rack.stop();

  expect(readFileSync(note, "utf8")).toBe("began\nbegan\ntold\n");
});

test("a reboot of the machine is a new start, which uses the boot device that the BMC was given meanwhile", async () => {
  const state = newState();
  const rack = await raise(state);
  const { session, heard } = await listen(bmcOf(rack));
  await bmcOf(rack).act("on");
  await expect.poll(heard.text, { timeout: 30_000 }).toContain("Press Ctrl-B for the iPXE command line");
  session.write(Uint8Array.of(2)); // ctrl-B
  await expect.poll(heard.text, { timeout: 10_000 }).toContain("iPXE>");
  await bmcOf(rack).bootOnce("pxe", { efi: false });

  session.write(Buffer.from("reboot\r"));

  await expect.poll(() => heard.text().split("SeaBIOS").length, { timeout: 30_000 }).toBe(3);
  expect((await rackStatus(state))?.machines).toMatchObject([{ power: "on", nextBoot: "none" }]);
  await session.close();
}, 90_000);

test("a UEFI machine speaks on its serial line", async () => {
  const rack = await raise(newState(), { firmware: "uefi" });
  const { session, heard } = await listen(bmcOf(rack));

  await bmcOf(rack).act("on");

  await expect.poll(heard.text, { timeout: 60_000 }).toMatch(/Features: .*EFI/);
  await session.close();
}, 90_000);

/** As an ordinary user of Debian, where everybody may open /dev/net/tun; in a mount namespace of its own. */
const asUser = (mode: string): string[] => [
  ...["unshare", "--mount", "sh", "-ec"],
  `mount -t tmpfs none /dev/net; mknod /dev/net/tun c 10 200; chmod ${mode} /dev/net/tun
   exec setpriv --reuid=12345 --regid=12345 --clear-groups --no-new-privs "$@"`,
  "as-user",
];

test.skipIf(process.getuid?.() !== 0)("without root the machine is powered on just the same", async () => {
  const state = newState();
  chmodSync(state, 0o777);

  const raiser = await raiserOf(state, {}, asUser("666"));
  const owners = ofRack(state).map(({ pid, line }) => `${ownerOf(pid)} ${line.split(" ")[0]}`);
  raiser.kill("SIGKILL");

  expect(raiser.said()).toBe("power on\n");
  expect(owners).toContain("12345 qemu-system-x86_64");
  expect(owners.filter((owner) => !owner.startsWith("12345 "))).toEqual([]);
  await expect.poll(() => ofRack(state), { timeout: 5000 }).toEqual([]);
});

test.skipIf(process.getuid?.() !== 0)("without /dev/net/tun the fault says so", async () => {
  const state = newState();
  chmodSync(state, 0o777);

  const raiser = await raiserOf(state, {}, asUser("600"));
  raiser.kill("SIGKILL");

  expect(raiser.said()).toMatch(/^setup.no-namespace .*\/dev\/net\/tun may not be opened by this user/);
});

test("without the packages the fault names them", async () => {
  const path = process.env.PATH;
  process.env.PATH = mkdtempSync(join(tmpdir(), "empty-"));
  made.push(process.env.PATH);
  try {
    await expect(raise(newState())).rejects.toMatchObject({
      id: "setup.package-missing",
      remedy: expect.stringContaining("apt-get install qemu-system-x86 openipmi"),
    });
  } finally {
    process.env.PATH = path;
  }
});

type Raiser = ChildProcess & { said(): string };

/** A process of its own that raises a rack, turns its machine on, says so and then does nothing. */
async function raiserOf(state: string, more: Partial<RaiseOptions> = {}, as: string[] = []): Promise<Raiser> {
  const options = { state, machines: 1, firmware: "bios", accel: "tcg", entry: RACK_ENTRY, ...more };
  const script = join(import.meta.dirname, "rack-raiser.ts");
  const [program, ...rest] = [...as, ...RACK_ENTRY.slice(0, -1), script, JSON.stringify(options)];
  const raiser = spawn(program!, rest, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  await new Promise<void>((resolve) => {
    raiser.stdout.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      resolve();
    });
    raiser.once("close", () => resolve());
  });
  return Object.assign(raiser, { said: () => said });
}

const ownerOf = (pid: number): string =>
  /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "gone";

function ended(child: ChildProcess): Promise<{ status: number | null; said: string }> {
  let said = "";
  child.stdout!.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, said })));
}
