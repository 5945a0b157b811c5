import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { type DiskPlan, planDisks } from "./disk-plan.ts";
import { layOutScript } from "./lay-out-script.ts";
import { type Own, ownScript } from "./own-script.ts";
import { RECIPES } from "./recipe.ts";
import { unpackScript } from "./unpack-script.ts";

const OWN: Own = {
  ...{
    host: "web1",
    serial: { unit: 1, speed: 57_600 },
    keys: [`ssh-ed25519 ${"A".repeat(68)}`],
    user: null,
  },
  sha256: "0".repeat(64),
};
const ROOT = { name: "root-debian-13/root.tar.zst", bytes: 200_000_000, sha256: OWN.sha256 };

function planOf(name: string, firmware: "bios" | "uefi"): DiskPlan {
  const disks = ["a", "b"].map((it) => ({ name: `sd${it}`, serial: `S3Z ${it}`, wwn: null, bytes: 4e9 }));
  const ids = disks.slice(0, RECIPES[name]!.disks).map(({ serial }) => serial);
  const plan = planDisks(RECIPES[name]!, { disks, ids, firmware });
  if (!plan.ok) throw new Error(plan.flaw);
  return plan.value;
}

const all = Object.keys(RECIPES).flatMap((name) =>
  (["bios", "uefi"] as const).map((kind) => [name, kind] as const),
);

test.each(all)("sh reads every script of %s on %s", (name, firmware) => {
  const plan = planOf(name, firmware);

  for (const script of [
    layOutScript(plan),
    unpackScript(plan, ROOT),
    ownScript(plan, { ...OWN, user: "ann" }),
  ]) {
    const { status, stderr } = spawnSync("sh", ["-n"], { input: script, encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  }
});

test.each(all)(
  "no line of %s on %s writes before the disks were found by number and nobody was in the way",
  (name, firmware) => {
    const lines = layOutScript(planOf(name, firmware)).split("\n");
    const first = (what: RegExp) => lines.findIndex((line) => what.test(line));

    const writes = first(/^\s*(wipefs|sgdisk|dmsetup remove|mdadm --quiet --stop|dd |mkfs|pvcreate)/);
    expect(writes).toBeGreaterThan(first(/^disk1=\$\(disk_of 'S3Z a' 4000000000\)/));
    expect(writes).toBeGreaterThan(first(/refuse "the volume group/));
  },
);

test("a value that sh would read as more than a word makes no script", () => {
  const plan = planOf("plain", "bios");

  expect(() => ownScript(plan, { ...OWN, keys: ["ssh-ed25519 AAAA'; reboot '"] })).toThrow("cannot stand");
  expect(() => unpackScript(plan, { ...ROOT, name: "$(reboot)" })).toThrow("cannot stand");
});

test("the machine's serial console is the installed system's", () => {
  const script = ownScript(planOf("lvm", "uefi"), OWN);

  expect(script).toContain('GRUB_CMDLINE_LINUX="console=tty0 console=ttyS1,57600n8"');
  expect(script).toContain("serial --unit=1 --speed=57600");
});

test("each file system is frozen before the power may go: GRUB reads no journal", () => {
  const plan = planOf("plain", "bios");
  const volumes = ["/", "/var"].map((mount) => ({ ...plan.volumes[1]!, mount }));

  const script = ownScript({ ...plan, volumes: [plan.volumes[0]!, ...volumes] }, OWN);

  expect(script).toContain('for place in / /var; do\n  fsfreeze --freeze "$target$place"');
  expect(script.indexOf("fsfreeze")).toBeLessThan(script.indexOf("umount --recursive"));
});

/** Programs of a machine with two disks, of which the first has a volume group; what writes says so. */
const MACHINE = (told: { groups?: string; mounted?: string; stacked?: string }) => `
lsblk() {
  case "$*" in
    *NAME,TYPE*) [ "$1" = --nodeps ] && printf 'sda disk\\nsdb disk\\n' && return
      case "$*" in
        *--inverse*sdb*) echo 'sdb disk' ;;
        *--inverse*md0*) printf 'sda disk\\nsdb disk\\n' ;;
        *--inverse*) echo 'sda disk' ;;
        *) printf '/dev/sda disk\\n/dev/sda1 part\\n${told.stacked ?? ""}' ;;
      esac ;;
    *SERIAL*sda) echo 'S3Z a' ;;
    *SERIAL*sdb) echo 'S3Z b' ;;
    *MOUNTPOINTS*) echo '${told.mounted ?? ""}' ;;
  esac
}
blockdev() { [ "$1" = --getsize64 ] && echo 4000000000 || wrote blockdev; }
pvs() { printf '${told.groups ?? ""}'; }
umount() { :; }
udevadm() { :; }
wrote() { echo "WROTE by $1"; exit 9; }
for name in wipefs sgdisk dmsetup mdadm dd mkswap pvcreate; do eval "$name() { wrote $name; }"; done
`;
function laidOut(name: string, told: Parameters<typeof MACHINE>[0]) {
  const [head, rest] = layOutScript(planOf(name, "bios")).split("\ndisk1=", 2) as [string, string];
  const run = spawnSync("sh", [], { input: `${head}\n${MACHINE(told)}\ndisk1=${rest}`, encoding: "utf8" });
  return [run.status, run.stdout.trim().split("\n").at(-1), run.stderr];
}

test.each([
  ["a mounted disk", "plain", { mounted: "/mnt" }, "refused: /dev/sda is in use: /mnt"],
  [
    ...["an array that reaches onto another disk", "plain", { stacked: "/dev/md0 raid1\\n" }],
    "refused: /dev/md0 on /dev/sda lies on /dev/sdb too, which was not named",
  ],
  [
    ...[
      "a volume group that reaches onto another disk",
      "plain",
      { groups: "/dev/sda1 old\\n/dev/sdb1 old\\n" },
    ],
    "refused: the volume group old of /dev/sda lies on /dev/sdb too, which was not named",
  ],
  [
    ...["another disk's volume group of the same name", "lvm", { groups: "/dev/sdb1 system\\n" }],
    "refused: another disk, /dev/sdb, has a volume group called system",
  ],
] as const)("%s is refused before anything is written", (_, name, told, words) => {
  expect(laidOut(name, told)).toEqual([3, words, ""]);
});

test("what stands on the named disks alone is in nobody's way", () => {
  const alone = laidOut("lvm", { groups: "/dev/sda1 system\\n/dev/sdaa1 other\\n" });
  const both = laidOut("raid1-lvm", {
    groups: "/dev/sda1 old\\n/dev/sdb1 old\\n",
    stacked: "/dev/md0 raid1\\n",
  });

  expect([alone[0], both[0]]).toEqual([9, 9]);
});
