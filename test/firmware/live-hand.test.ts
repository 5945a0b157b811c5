import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Inventory, Story, TimelineEvent } from "../../src/api/shapes.ts";
import { findRack } from "../../src/rack/rack.ts";
import { haveImages } from "./have-images.ts";
import { freshState, leftOvers } from "./starting.ts";

const MAIN = join(import.meta.dirname, "../../dist/program/rackhand.js");
/** Minutes: the image is built, a machine boots it; test:firmware boots it on each kind of firmware. */
const isRelease = process.env.RACKHAND_RELEASE === "1";
const run = promisify(execFile);
const patient = { timeout: 200_000, interval: 300 };

let state: string;
let forget: () => void;
let service: ChildProcess;
beforeEach(async () => {
  if (!isRelease) return;
  await haveImages(["live"], { progress: () => {}, signal: AbortSignal.timeout(500_000) });
  ({ state, forget } = freshState());
}, 600_000);
afterEach(async () => {
  if (!isRelease) return;
  await rackhand(["rack", "down"]);
  await end("SIGTERM");
  expect(leftOvers(state)).toEqual([]);
  forget();
}, 60_000);

const env = () => ({ ...process.env, RACKHAND_STATE: state });
const rackhand = async (args: readonly string[]) =>
  (await run(process.execPath, [MAIN, ...args], { env: env() })).stdout;

async function serve(): Promise<void> {
  service = spawn(process.execPath, [MAIN, "serve", "--port", "0"], {
    env: env(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => service.stdout!.once("data", resolve)); // it says where it answers
}

function end(signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise<void>((resolve) => service.once("exit", () => resolve()));
  service.kill(signal);
  return ended;
}

const attended = async () => (await rackhand(["machine", "show", "m1", "--json"]).catch(() => "")) || "";
async function timeline(): Promise<TimelineEvent[]> {
  const lines = (await rackhand(["machine", "timeline", "m1", "--json"]).catch(() => "")).trim().split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as TimelineEvent);
}
const saw = async (kind: string, errand?: string) =>
  (await timeline()).filter((event) => event.kind === kind && event.detail.errand === errand).length;

/** ssh from inside the rack, as root, to the address that the rescue named; an exit code and what was said. */
async function ssh(address: string, key: string, hostKeys: string): Promise<string> {
  const rack = await findRack(state);
  const options = [
    "BatchMode=yes",
    "IdentitiesOnly=yes",
    "ConnectTimeout=15",
    `UserKnownHostsFile=${hostKeys}`,
  ];
  const given = options.flatMap((option) => ["-o", option]);
  const child = rack!.run(["ssh", "-i", key, ...given, `root@${address}`, "id -un; cat /proc/cmdline"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout!.on("data", (bytes) => {
    said += bytes;
  });
  child.stderr!.on("data", (bytes) => {
    said += bytes;
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  return `${code} ${said}`;
}

function newKey(name: string): string {
  const path = join(state, name);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
  return path;
}

/** The host key that answers, taken down only when it is the one that was told. */
async function hostKey(address: string, fingerprint: string): Promise<string> {
  const rack = await findRack(state);
  const scan = rack!.run(["ssh-keyscan", "-t", "ed25519", address], { stdio: ["ignore", "pipe", "ignore"] });
  let line = "";
  scan.stdout!.on("data", (bytes) => {
    line += bytes;
  });
  await new Promise((resolve) => scan.once("close", resolve));
  const path = join(state, "known_hosts");
  writeFileSync(path, line);
  expect(execFileSync("ssh-keygen", ["-l", "-f", path], { encoding: "utf8" })).toContain(fingerprint);
  return path;
}

test.skipIf(!isRelease)(
  `a rescue lets the armed key in and no other, until the next arming; a service that is killed over an errand gets its answer, once${isRelease ? "" : " (skipped: RACKHAND_RELEASE is not 1)"}`,
  { timeout: 290_000 },
  async () => {
    await serve();
    await rackhand(["rack", "up"]);
    await expect.poll(attended, patient).toContain('"attended":true');
    const [mine, other] = [newKey("mine"), newKey("other")];

    const rescue = rackhand(["rescue", "m1", "--key", `${mine}.pub`, "--now", "--json"]).catch(() => "");
    await expect.poll(() => saw("hand.errand", "inventory"), patient).toBe(1);
    await end("SIGKILL");
    await rescue;
    await serve();

    await expect.poll(attended, patient).toContain('"attended":true');
    const story = async () => {
      const said = await rackhand(["story", "show", "1", "--json"]).catch((error) => error.stdout as string);
      return JSON.parse(said) as Story;
    };
    await expect.poll(async () => (await story()).state, patient).toBe("done");
    const [, address, fingerprint] = /root@(\S+) .*ED25519 (\S+)\)/.exec((await story()).says)!;
    const inventory = async () =>
      (
        JSON.parse(await rackhand(["machine", "inventory", "m1", "--json"]).catch(() => "{}")) as {
          inventory?: Inventory;
        }
      ).inventory;
    await expect.poll(inventory, patient).toMatchObject({
      ...{ firmware: "bios", secureBoot: null, nics: [{ driver: "virtio_net", link: "up" }] },
    });
    expect([await saw("hand.errand", "inventory"), await saw("hand.done", "inventory")]).toEqual([1, 1]);

    const known = await hostKey(address!, fingerprint!);
    const inside = await ssh(address!, mine, known);
    expect(inside).toMatch(/^0 root\n/);
    expect(await ssh(address!, other, known)).toMatch(/^255 .*Permission denied \(publickey\)/);

    await rackhand(["boot", "m1", "local"]);
    await expect.poll(() => ssh(address!, mine, known), patient).toMatch(/^255 .*Connection refused/);
    const [token] = /[0-9a-f]{32}(?=\/)/.exec(inside)!;
    const told = JSON.stringify(await timeline()) + readFileSync(join(state, "hands", "rack.json"), "utf8");
    expect(told).not.toContain(token);
  },
);
