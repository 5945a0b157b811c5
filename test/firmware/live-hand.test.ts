import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Inventory } from "../../src/api/shapes.ts";
import { findRack } from "../../src/rack/rack.ts";
import { ended, releaseRack } from "./release-rack.ts";

const patient = { timeout: 200_000, interval: 300 };
const { it, state, rackhand, refused, serve, attended, story, timeline } = releaseRack(["live"]);

const saw = async (kind: string, errand?: string) =>
  (await timeline()).filter((event) => event.kind === kind && event.detail.errand === errand).length;

/** ssh from inside the rack, as root, to the address that the rescue named; an exit code and what was said. */
async function ssh(address: string, key: string, hostKeys: string): Promise<string> {
  const rack = await findRack(state());
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
  const path = join(state(), name);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
  return path;
}

/** The host key that answers, taken down only when it is the one that was told. */
async function hostKey(address: string, fingerprint: string): Promise<string> {
  const rack = await findRack(state());
  const scan = rack!.run(["ssh-keyscan", "-t", "ed25519", address], { stdio: ["ignore", "pipe", "ignore"] });
  let line = "";
  scan.stdout!.on("data", (bytes) => {
    line += bytes;
  });
  await new Promise((resolve) => scan.once("close", resolve));
  const path = join(state(), "known_hosts");
  writeFileSync(path, line);
  expect(execFileSync("ssh-keygen", ["-l", "-f", path], { encoding: "utf8" })).toContain(fingerprint);
  return path;
}

it(
  "a rescue lets the armed key in and no other, until the next arming; a service that is killed over an errand gets its answer, once",
  290_000,
  async () => {
    const first = await serve();
    await rackhand("rack", "up");
    await attended();
    const [mine, other] = [newKey("mine"), newKey("other")];

    const rescue = refused("rescue", "m1", "--key", `${mine}.pub`, "--now", "--json");
    await expect.poll(() => saw("hand.errand", "inventory"), patient).toBe(1);
    await ended(first, "SIGKILL");
    await rescue;
    await serve();

    await attended();
    await expect.poll(async () => (await story(1)).state, patient).toBe("done");
    const [, address, fingerprint] = /root@(\S+) .*ED25519 (\S+)\)/.exec((await story(1)).says)!;
    const inventory = async () =>
      (
        JSON.parse(await rackhand("machine", "inventory", "m1", "--json").catch(() => "{}")) as {
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

    await rackhand("boot", "m1", "local");
    await expect.poll(() => ssh(address!, mine, known), patient).toMatch(/^255 .*Connection refused/);
    const [token] = /[0-9a-f]{32}(?=\/)/.exec(inside)!;
    const told = JSON.stringify(await timeline()) + readFileSync(join(state(), "hands", "rack.json"), "utf8");
    expect(told).not.toContain(token);
  },
);
