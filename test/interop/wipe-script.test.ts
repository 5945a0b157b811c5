import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type WipeMethod, type WipePlan, wipeScript } from "../../src/hand/core/wipe/wipe-script.ts";
import { provenWords, readWiped } from "../../src/hand/core/wipe/wiped.ts";
import { LOOP_BYTES, LoopDisks, noLoops, serialOf } from "../support/loop-disks.ts";

const NAMES = ["vda", "sda", "nvme0n1"] as const;
const named = (name: string) => `${name}${noLoops === undefined ? "" : ` (skipped: ${noLoops})`}`;
const wiping = test.skipIf(noLoops !== undefined);

let disks: LoopDisks;
beforeAll(() => {
  if (noLoops === undefined) disks = new LoopDisks(NAMES);
});
afterAll(() => disks?.close());
beforeEach(() => {
  if (noLoops !== undefined) return;
  for (const name of NAMES) disks.fill(name);
  disks.program("nvme", "exit 1");
  disks.program("hdparm", "exit 1");
});

type Name = (typeof NAMES)[number];
const planOf = (names: readonly Name[], method: WipeMethod, more: Partial<WipePlan> = {}): WipePlan => ({
  disks: names.map((name) => ({ id: serialOf(name), name, bytes: LOOP_BYTES })),
  ...{ method, readBack: "sample", ...more },
});
const wipe = (plan: WipePlan, before = "") => {
  const answer = disks.run(wipeScript(plan), before);
  const read = readWiped(answer.output, plan);
  return { ...answer, proven: read.ok ? read.value.map(provenWords) : [] };
};
const untouched = (name: Name) => disks.left(name) === LOOP_BYTES;

/** As hdparm 9.65 prints it for a Samsung 860 EVO. */
const ATA = (frozen: string) => `
case "$*" in
  -I*) printf 'Security: \\n\\tMaster password revision code = 65534\\n\\t\\tsupported\\n\\tnot\\tenabled\\n'
    printf '\\tnot\\tlocked\\n\\t${frozen}frozen\\n\\t\\tsupported: enhanced erase\\nLogical Unit WWN: 5\\n' ;;
  *security-set-pass*) ;;
  *security-erase-enhanced*) for last; do :; done; exec dd if=/dev/zero of="$last" bs=4M conv=notrunc status=none count=2 ;;
  *) exit 1 ;;
esac`;
const NVME = (format: string) => `
case $1 in
  id-ctrl) printf 'oacs      : 0x17\\nfna       : 0x4\\n' ;;
  format) ${format} ;;
esac`;

wiping(named("auto discards what can be discarded, and proves it at places all over the disk"), () => {
  const { code, proven } = wipe(planOf(["vda"], "auto"));

  expect([code, proven]).toEqual([0, ["by blkdiscard; 8 places that were marked before read back as zeros"]]);
  expect([disks.left("vda"), untouched("sda")]).toEqual([0, true]);
});

wiping(named("several disks are overwritten to their last byte, and every byte is read back"), () => {
  const { code, proven } = wipe(planOf(["vda", "sda"], "overwrite", { readBack: "all" }));

  const words = "by overwrite; every byte reads back as zero";
  expect([code, proven]).toEqual([0, [words, words]]);
  expect([disks.left("vda"), disks.left("sda"), untouched("nvme0n1")]).toEqual([0, 0, true]);
});

wiping(
  named("ATA's secure erase is taken where the firmware did not freeze it, and discards where it did"),
  () => {
    disks.program("hdparm", ATA("not\\t"));
    const erased = wipe(planOf(["sda"], "auto"));
    disks.fill("sda");
    disks.program("hdparm", ATA(""));
    const frozen = wipe(planOf(["sda"], "auto"));
    const asked = wipe(planOf(["sda"], "secure-erase"));

    expect(erased.proven).toEqual(["by secure-erase; 8 places that were marked before read back as zeros"]);
    expect(frozen.output).toContain("sda: not by secure-erase: the firmware froze its ATA security");
    expect(frozen.proven[0]).toMatch(/^by (blkdiscard|overwrite); /);
    expect([asked.code, asked.output]).toEqual([3, expect.stringContaining("refused: sda cannot be erased")]);
  },
);

wiping(
  named(
    "a drive that says yes and does nothing is found out: auto goes on, a method that was asked for fails",
  ),
  () => {
    disks.program("nvme", NVME("exit 0"));
    const asked = wipe(planOf(["nvme0n1"], "nvme-format"));
    const auto = wipe(planOf(["nvme0n1"], "auto"));

    expect([asked.code, asked.proven]).toEqual([4, []]);
    expect(asked.output).toMatch(/8 of 8 places read as before[\s\S]*NOT erased: nvme0n1/);
    expect([auto.code, auto.proven]).toEqual([0, [expect.stringMatching(/^by blkdiscard; 8 places/)]]);
  },
);

wiping(
  named("a drive that threw its key away reads as noise, and is known by the marks that are gone"),
  () => {
    const noise = 'exec dd if=/dev/urandom of="$2" bs=4M count=2 conv=notrunc status=none iflag=fullblock';
    disks.program("nvme", NVME(`[ "$3" = --ses=2 ] && ${noise}`));

    const { code, proven } = wipe(planOf(["nvme0n1"], "auto"));

    const words = "by nvme-format; none of 8 places that were marked before reads as it did, 0 read as zeros";
    expect([code, proven]).toEqual([0, [words]]);
  },
);

wiping(
  named("a disk that is mounted, one of another size and a number that no disk has are refused untouched"),
  () => {
    const mounted = `mkfs.ext4 -q ${disks.place}/dev/sda; mkdir ${disks.place}/run/mnt; mount ${disks.place}/dev/sda ${disks.place}/run/mnt`;
    const inUse = wipe(planOf(["vda", "sda"], "auto"), mounted);
    const [vda] = planOf(["vda"], "auto").disks;
    const other = wipe(planOf([], "auto", { disks: [{ ...vda!, bytes: 1 }] }));
    const unknown = wipe(planOf([], "auto", { disks: [{ ...vda!, id: "NONE" }] }));

    expect([inUse.code, inUse.output]).toEqual([3, expect.stringMatching(/refused: .*sda is in use: .*mnt/)]);
    expect([other.code, unknown.code]).toEqual([3, 3]);
    expect(untouched("vda")).toBe(true);
  },
);
