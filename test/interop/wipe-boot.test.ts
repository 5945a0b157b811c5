import { randomFillSync } from "node:crypto";
import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readInventory } from "../../src/hand/core/inventory.ts";
import { INVENTORY_SCRIPT } from "../../src/hand/core/inventory-script.ts";
import { type WipeMethod, type WipePlan, wipeScript } from "../../src/hand/core/wipe/wipe-script.ts";
import { provenWords, readWiped } from "../../src/hand/core/wipe/wiped.ts";
import { newestGeneration } from "../../src/image/generations.ts";
import { HandRig } from "../support/hand-machine.ts";

/**
 * The real live hand with disks on four kinds of wire, each full of noise: minutes, so only before a release.
 * The state directory has the image live (`rackhand image build live`).
 */
const state = process.env.RACKHAND_RELEASE === "1" ? process.env.RACKHAND_STATE : undefined;
const BYTES = 16 * 2 ** 20; // a place a MiB is looked at, up to 256: each takes QEMU its time
const LIMIT = 20 * 60_000;
const WIRES = ["virtio", "nvme", "scsi", "sata"] as const;
type Wire = (typeof WIRES)[number];
const serialOf = (wire: Wire) => `WIPE-${wire}`;

describe.skipIf(state === undefined)("with RACKHAND_RELEASE=1 and RACKHAND_STATE", () => {
  const work = mkdtempSync(join(tmpdir(), "wipe-boot-"));
  const fileOf = (wire: Wire) => join(work, wire);
  let rig: HandRig;
  let names: ReadonlyMap<string, string>; // by serial number
  let asked = 0;

  beforeAll(async () => {
    const live = (await newestGeneration(join(state!, "images", "live")))!.tree;
    for (const wire of WIRES) fill(fileOf(wire));
    rig = new HandRig({
      ...{ linux: join(live, "linux"), initrd: join(live, "initrd"), files: {} },
      disks: WIRES.map((as) => ({ as, file: fileOf(as), serial: serialOf(as) })),
    });
    await rig.bootHand();
    const { output } = await errand(INVENTORY_SCRIPT);
    const read = readInventory(output);
    if (!read.ok) throw new Error(read.flaw);
    names = new Map(read.value.disks.map(({ serial, name }) => [serial ?? "", name]));
  }, LIMIT);
  afterAll(async () => {
    await rig?.close();
    rmSync(work, { recursive: true, force: true });
  });
  beforeEach(() => {
    for (const wire of WIRES) fill(fileOf(wire));
  });

  const errand = (script: string) => rig.errand(`errand-${++asked}-${process.pid}`, script, LIMIT);
  const planOf = (wires: readonly Wire[], method: WipeMethod, more: Partial<WipePlan> = {}): WipePlan => ({
    disks: wires.map((wire) => ({ id: serialOf(wire), name: names.get(serialOf(wire))!, bytes: BYTES })),
    ...{ method, readBack: "sample", ...more },
  });
  async function wipe(plan: WipePlan) {
    const { code, output } = await errand(wipeScript(plan));
    const read = readWiped(output, plan);
    return { code, output, proven: read.ok ? read.value.map(provenWords) : [output] };
  }

  test(
    "each kind of disk is wiped by the surest that it can, and nothing but zeros is in its file",
    async () => {
      const zeros = "16 places that were marked before read back as zeros";

      const { code, proven } = await wipe(planOf(WIRES, "auto"));

      expect([code, proven]).toEqual([
        0,
        [`by blkdiscard; ${zeros}`, `by nvme-format; ${zeros}`, ...Array(2).fill(`by blkdiscard; ${zeros}`)],
      ]);
      expect(WIRES.map((wire) => left(fileOf(wire)))).toEqual([0, 0, 0, 0]);
    },
    LIMIT,
  );

  test(
    "what is overwritten is zeros to its last byte, and every byte is read back",
    async () => {
      const { code, proven } = await wipe(planOf(["scsi"], "overwrite", { readBack: "all" }));

      expect([code, proven]).toEqual([0, ["by overwrite; every byte reads back as zero"]]);
      expect([left(fileOf("scsi")), left(fileOf("nvme")) > 0]).toEqual([0, true]);
    },
    LIMIT,
  );

  test(
    "a disk that is mounted, one that a volume group reaches onto, and a method that it has not are refused untouched",
    async () => {
      const of = (wire: Wire) => `/dev/${names.get(serialOf(wire))}`;
      const secure = await wipe(planOf(["sata"], "secure-erase"));
      const format = await wipe(planOf(["virtio"], "nvme-format"));
      const laid = await errand(`set -e
mkfs.ext4 -q -F ${of("virtio")}
mkdir -p /run/looked-at && mount ${of("virtio")} /run/looked-at
pvcreate -q -y -ff ${of("nvme")} ${of("scsi")} && vgcreate -q both ${of("nvme")} ${of("scsi")}
lvcreate -q -y -l 100%FREE -n all both`);
      const before = WIRES.map((wire) => left(fileOf(wire)));

      const mounted = await wipe(planOf(["sata", "virtio"], "auto"));
      const reaches = await wipe(planOf(["nvme"], "auto"));

      expect(laid).toMatchObject({ code: 0 });
      expect([secure.code, format.code, mounted.code, reaches.code]).toEqual([3, 3, 3, 3]);
      expect(secure.output).toMatch(/cannot be erased by secure-erase: it has no ATA security/);
      expect(format.output).toMatch(/cannot be erased by nvme-format: it is no NVMe disk/);
      expect(mounted.output).toMatch(/refused: \S+ is in use: \/run\/looked-at/);
      expect(reaches.output).toMatch(/lies on \S+ too, which was not named/);
      expect(WIRES.map((wire) => left(fileOf(wire)))).toEqual(before);

      const both = await errand("umount /run/looked-at").then(() => wipe(planOf(["nvme", "scsi"], "auto")));
      expect([both.code, left(fileOf("nvme")), left(fileOf("scsi"))]).toEqual([0, 0, 0]);
    },
    LIMIT,
  );
});

const NOISE = randomFillSync(Buffer.alloc(2 ** 20));

/** Noise all over, with no place that is zeros already. */
function fill(file: string): void {
  const out = openSync(file, existsSync(file) ? "r+" : "w"); // a machine may have it plugged in
  for (let at = 0; at < BYTES; at += NOISE.length) writeSync(out, NOISE, 0, NOISE.length, at);
  closeSync(out);
}

/** How many MiB of it hold anything but zeros. */
function left(file: string): number {
  const input = openSync(file, "r");
  const piece = Buffer.alloc(2 ** 20);
  const zeros = Buffer.alloc(2 ** 20);
  let held = 0;
  for (let at = 0; at < statSync(file).size; at += piece.length) {
    readSync(input, piece, 0, piece.length, at);
    if (!piece.equals(zeros)) held += 1;
  }
  closeSync(input);
  return held;
}
