import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { GrantDesk } from "../../src/agent/grant-desk.ts";
import { Hands } from "../../src/agent/hands.ts";
import { keptGrants } from "../../src/agent/kept-grants.ts";
import type { KnownMachine } from "../../src/api/agent.ts";
import type { Observed } from "../../src/base/event.ts";
import type { Ipv4 } from "../../src/base/ipv4.ts";
import { readMac } from "../../src/base/mac.ts";
import { must } from "../../src/base/read.ts";
import { memoryLeases } from "../../src/boot/core/leases.ts";
import { openHttp } from "../../src/boot/http-boot.ts";
import type { BootWorld } from "../../src/boot/world.ts";
import { readInventory } from "../../src/hand/core/inventory.ts";
import { INVENTORY_SCRIPT } from "../../src/hand/core/inventory-script.ts";
import { HAND_PROGRAM } from "../../src/hand/core/program.ts";
import { type WipePlan, wipeScript } from "../../src/hand/core/wipe/wipe-script.ts";
import { provenWords, readWiped } from "../../src/hand/core/wipe/wiped.ts";
import { LOOP_BYTES, LoopDisks, noLoops, serialOf } from "../support/loop-disks.ts";

const HERE = "127.0.0.1" as Ipv4;
const MAC = must(readMac("52:54:00:7a:00:01"));
const missing = ["curl", "setsid"].filter((program) => spawnSync("which", [program]).status !== 0);
const named = (name: string) => `${name}${missing.length > 0 ? ` (skipped: no ${missing.join(", ")})` : ""}`;
const patient = { timeout: 20_000, interval: 50 };
const errand = (id: string, script: string) =>
  ({ ask: "errand", machine: "m1", id, script, withinMs: 60_000 }) as const;

const open: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** The program of the image with its places in a directory of the test; `systemctl` and `pgrep` are not the host's. */
function handIn(place: string) {
  const bin = join(place, "bin");
  mkdirSync(bin);
  for (const name of ["systemctl", "pgrep"]) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >>${place}/told\n`);
    chmodSync(join(bin, name), 0o755);
  }
  writeFileSync(join(place, "image"), "debian-13\n");
  const places = {
    "/proc/cmdline": "cmdline",
    "/run/rackhand": "run",
    "/etc/rackhand-image": "image",
    "/root/.ssh": "ssh",
  };
  let text = HAND_PROGRAM.text;
  for (const [path, name] of Object.entries(places)) text = text.replaceAll(path, join(place, name));
  writeFileSync(join(place, "hand"), text);
  let child: ChildProcess | undefined;
  const start = (url: string) => {
    writeFileSync(join(place, "cmdline"), `quiet rackhand.hand=${url} rackhand.nics=${MAC} console=ttyS0\n`);
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
    child = spawn("sh", [join(place, "hand")], { env, stdio: "ignore", detached: true });
    const ended = new Promise<number | null>((resolve) => child!.once("exit", (code) => resolve(code)));
    open.push(async () => {
      if (child!.exitCode === null) process.kill(-child!.pid!, "SIGKILL"); // what it runs goes too
      await ended;
    });
    return ended;
  };
  return { start, told: () => readFileSync(join(place, "told"), "utf8") };
}

function setUp() {
  const place = mkdtempSync(join(tmpdir(), "hand-"));
  // what was just killed may still have been about to write
  open.push(() => rmSync(place, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  const events: Observed[] = [];
  let machine: KnownMachine = {
    ...{ name: "m1", macs: [MAC], firmware: "bios", serial: "ttyS0,115200n8", redirected: true },
    ...{ loader: "auto", bmc: null },
    plan: { id: 1, kind: "live", image: "live", state: "used", by: "ann", at: 0 },
  };
  const base = {
    machineOf: () => machine,
    machineCalled: () => machine,
    observe: (event: Observed) => void events.push(event),
    now: Date.now,
  };
  writeFileSync(join(place, "root.tar"), "0123456789");
  /** A service with its HTTP on that port, as it is started and killed. */
  const serve = async (port: number) => {
    const grants = new GrantDesk({ ...base, kept: keptGrants(join(place, "grants.json")) });
    const file = async (path: string) => ({ is: "file", root: place, path }) as const;
    const hands = new Hands({ ...base, grants, tell: () => {}, file });
    const leases = memoryLeases({ from: HERE, to: HERE }, () => 0);
    const world: BootWorld = {
      segment: {
        ...{
          name: "test",
          interface: "lo",
          subnet: { address: HERE, prefix: 8 },
          pool: { from: HERE, to: HERE },
        },
        ...{ answerSolicitations: false, leaseSeconds: 60 },
      },
      ...{ leases, machineOf: () => undefined, observe: base.observe, now: Date.now },
      fileFor: (client, path) => hands.fileFor(client, path),
      converse: hands.conversation,
    };
    const clients = { learn: () => {}, at: async () => ({ address: HERE, mac: MAC }) };
    const http = await openHttp(world, clients, port);
    const stop = async () => {
      hands.stop();
      await http.stop();
    };
    open.push(stop);
    return {
      hands,
      stop,
      port: http.port,
      url: () => `http://${HERE}:${http.port}/${hands.pathFor(machine)}`,
    };
  };
  const arm = (hands: Hands) => {
    machine = { ...machine, plan: { ...machine.plan!, id: 2, kind: "local" } };
    hands.learn(machine);
  };
  return { ...handIn(place), place, events, serve, arm };
}

test.skipIf(missing.length > 0)(
  named(
    "the hand's program says hello, runs errands, fetches files, tells progress, and ends with the next arming",
  ),
  { timeout: 60_000 },
  async () => {
    const { start, serve, arm, events, told } = setUp();
    const service = await serve(0);
    const ended = start(service.url());

    const first = await service.hands.errand(
      errand("first", 'echo "@progress 50 half"; curl -s -r 2-4 "$RACKHAND"file/root.tar; exit 3'),
    );
    const large = await service.hands.errand(
      errand("large", "head -c 300000 /dev/zero | tr '\\0' x; echo end"),
    );
    const looked = await service.hands.errand(errand("inventory", INVENTORY_SCRIPT));
    arm(service.hands);

    expect(first).toEqual({ code: 3, output: "@progress 50 half\n234" });
    expect([large.code, large.output.length, large.output.slice(-5)]).toEqual([0, 65_536, "xend\n"]);
    expect(readInventory(looked.output)).toMatchObject({
      ok: true,
      value: { cpu: { architecture: "x86_64" } },
    });
    expect(await ended).toBe(0);
    expect(told()).toContain("systemctl stop rackhand-door.service");
    expect(events.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["hand.seen", "hand.errand", "hand.progress", "hand.done"]),
    );
  },
);

test.skipIf(missing.length > 0)(
  named(
    "a service that ends in the middle of an errand and starts again gets its answer; the errand ran once",
  ),
  { timeout: 60_000 },
  async () => {
    const { start, serve, place } = setUp();
    const first = await serve(0);
    const script = `echo ran >>${place}/ran; until [ -e ${place}/go ]; do sleep 0.1; done; echo all of it`;
    const cut = first.hands.errand(errand("long", script)).catch((error: Error) => error.message);
    void start(first.url());
    await expect.poll(() => existsSync(join(place, "ran")), patient).toBe(true);

    await first.stop();
    const second = await serve(first.port);
    const answer = second.hands.errand(errand("long", script));
    writeFileSync(join(place, "go"), "");

    expect(await cut).toBe("the agent stops");
    expect(await answer).toEqual({ code: 0, output: "all of it\n" });
    expect(readFileSync(join(place, "ran"), "utf8")).toBe("ran\n");
  },
);

test.skipIf(missing.length > 0 || noLoops !== undefined)(
  named(
    `a wipe by the hand's program erases what it was given and nothing else, tells how far it is, and is not done twice${noLoops === undefined ? "" : ` (skipped: ${noLoops})`}`,
  ),
  { timeout: 60_000 },
  async () => {
    const disks = new LoopDisks(["vda", "sda"]);
    open.push(() => disks.close());
    for (const name of ["vda", "sda"]) disks.fill(name);
    for (const name of ["nvme", "hdparm"]) disks.program(name, "exit 1");
    const { start, serve, events } = setUp();
    const service = await serve(0);
    void start(service.url());
    const plan = (name: string, bytes = LOOP_BYTES): WipePlan => ({
      ...{ disks: [{ id: serialOf(name), name, bytes }], method: "overwrite", readBack: "all" },
    });
    const wipe = (id: string, wanted: WipePlan) =>
      service.hands.errand(errand(id, disks.fitted(wipeScript(wanted))));

    const erased = await wipe("wipe-1-erase", plan("vda"));
    const left = [disks.left("vda"), disks.left("sda")];
    disks.fill("vda"); // somebody uses it again
    const again = await wipe("wipe-1-erase", plan("vda"));
    const refused = await wipe("wipe-2-erase", plan("sda", LOOP_BYTES + 512));

    const read = readWiped(erased.output, plan("vda"));
    expect(read.ok && read.value.map(provenWords)).toEqual(["by overwrite; every byte reads back as zero"]);
    expect([erased.code, ...left]).toEqual([0, 0, LOOP_BYTES]);
    expect([again, disks.left("vda")]).toEqual([erased, LOOP_BYTES]);
    expect([refused.code, disks.left("sda")]).toEqual([3, LOOP_BYTES]);
    expect(events.filter(({ kind }) => kind === "hand.progress").map(({ says }) => says)).toContain(
      "m1: erased, 100 %",
    );
  },
);
