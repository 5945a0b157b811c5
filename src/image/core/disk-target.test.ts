import { expect, test } from "vitest";
import { readDiskTarget } from "./disk-target.ts";

test.each([
  ["S3Z8NX0K512345", { by: "serial", word: "S3Z8NX0K512345" }],
  ["/dev/disk/by-id/nvme-SAMSUNG_MZ_S4N2", { by: "id", word: "nvme-SAMSUNG_MZ_S4N2" }],
  ["wwn-0x5002538e40b2c3d4", { by: "id", word: "wwn-0x5002538e40b2c3d4" }],
])("%s names a disk", (text, value) => {
  expect(readDiskTarget(text)).toEqual({ ok: true, value });
});

test.each([
  ...["/dev/sda", "sda", "nvme0n1", "vdb", "/dev/disk/by-id/ata-X_1-part1", "ata-X_1-part12", ""],
  ...["S3Z; reboot", "$(reboot)", "a'b", "/dev/disk/by-id/ata-X$(reboot)", "ata-../../sda1 x", "*"],
])("%j is refused", (text) => {
  expect(readDiskTarget(text).ok).toBe(false);
});
