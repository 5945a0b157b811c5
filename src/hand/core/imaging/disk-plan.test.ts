import { expect, test } from "vitest";
import { type DiskSeen, eraseWords, planDisks } from "./disk-plan.ts";
import { RECIPES, type Recipe } from "./recipe.ts";

const GB = 1e9;
const disk = (name: string, serial: string | null, bytes = 480 * GB): DiskSeen => ({
  name,
  serial,
  wwn: null,
  bytes,
});
const SDA = disk("sda", "S3Z8NX0K");
const SDB = disk("sdb", "S3Z8NX0L", 500 * GB);
const planned = (name: string, disks: DiskSeen[], ids: string[], firmware: "bios" | "uefi" = "uefi") =>
  planDisks(RECIPES[name]!, { disks, ids, firmware });

test("a plan says which disk it erases, by name, size and serial number", () => {
  const plan = planned("plain", [SDB, SDA], ["S3Z8NX0K"]);

  expect(plan.ok && eraseWords(plan.value, "debian-13")).toBe(
    "debian-13 goes onto sda, 480.0 GB, serial S3Z8NX0K: this erases it",
  );
});

test.each([
  ["bios", 1],
  ["uefi", 512],
] as const)(
  "on %s the boot loader has a partition of %d MiB, and what follows lies end to end inside the disk",
  (firmware, mebibytes) => {
    for (const [name, recipe] of Object.entries(RECIPES)) {
      const disks = [SDA, SDB].slice(0, recipe.disks);
      const plan = planned(
        name,
        [SDA, SDB],
        disks.map(({ serial }) => serial!),
        firmware,
      );

      if (!plan.ok) throw new Error(plan.flaw);
      const { parts, boot } = plan.value;
      expect(boot).toEqual({ number: 1, fromMiB: 1, mebibytes });
      for (const [place, part] of parts.slice(1).entries()) {
        const before = parts[place]!;
        expect(part).toMatchObject({ number: place + 2, fromMiB: before.fromMiB + before.mebibytes });
      }
      const last = parts.at(-1)!;
      expect((last.fromMiB + last.mebibytes) * 2 ** 20).toBeLessThanOrEqual(480 * GB - 2 ** 20);
    }
  },
);

test("of two disks the smaller one counts", () => {
  const one = planned("raid1-lvm", [SDA, SDB], ["S3Z8NX0K", "S3Z8NX0L"]);
  const other = planned("raid1-lvm", [SDA, SDB], ["S3Z8NX0L", "S3Z8NX0K"]);

  expect(one.ok && other.ok && one.value.store).toEqual(other.ok && other.value.store);
});

const sixteen: Recipe = {
  ...{ disks: 1, group: "system" },
  volumes: [
    { mount: "/var", bytes: 500 * GB, as: "xfs" },
    { mount: "/", bytes: "rest", as: "ext4" },
  ],
};
test.each([
  [
    "a disk that is not there",
    planned("plain", [SDA], ["S3Z8NX0M"]),
    /no disk has the serial number S3Z8NX0M.*sda/,
  ],
  [
    "a name in place of a serial number",
    planned("plain", [SDA], ["sda"]),
    /no disk has the serial number sda/,
  ],
  ["no disk at all", planned("plain", [], ["S3Z8NX0K"]), /there is no disk at all/],
  ["two of the same number", planned("plain", [SDA, disk("sdc", "S3Z8NX0K")], ["S3Z8NX0K"]), /2 disks say/],
  ["one disk twice", planned("raid1-lvm", [SDA], ["S3Z8NX0K", "S3Z8NX0K"]), /two disks/],
  [
    ...[
      "one disk by two of its numbers",
      planned("raid1-lvm", [{ ...SDA, wwn: "0x5" }], ["S3Z8NX0K", "0x5"]),
    ],
    /the same disk twice/,
  ],
  ["one disk for two", planned("raid1-lvm", [SDA, SDB], ["S3Z8NX0K"]), /wants two disks, 1 named/],
  ["a disk that is too small", planned("plain", [disk("sda", "S", 2 * GB)], ["S"]), /sda.*is too small/],
  [
    ...[
      "a recipe that is too large",
      planDisks(sixteen, { disks: [SDA], ids: ["S3Z8NX0K"], firmware: "bios" }),
    ],
    /wants 502\.0 GB, and 479\.\d GB are there/,
  ],
  [
    "a number that would mean something to sh",
    planned("plain", [disk("sda", "$(x)")], ["$(x)"]),
    /is no serial/,
  ],
] as const)("%s is refused with words, before anything is touched", (_, plan, words) => {
  expect(plan).toMatchObject({ ok: false });
  expect(!(plan as { ok: boolean }).ok && (plan as { flaw: string }).flaw).toMatch(words);
});
