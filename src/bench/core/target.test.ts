import { expect, test } from "vitest";
import { describeDevice, devicePath, judgeDevice, judgeDirectory } from "./target.ts";
import { type DeviceFacts, readDeviceFacts, readDirectoryFacts } from "./target-facts.ts";

const DISK = "/dev/disk/by-id/ata-Samsung_SSD_870_S1";
const WISH = { host: "db1", device: DISK, writes: true, agreed: true, overwrite: undefined };
const IDLE = [
  "known ata-Samsung_SSD_870_S1 /dev/sdb",
  "known wwn-0x5002 /dev/sdb",
  "known ata-ST8000_Z1 /dev/sda",
  "is block",
  "node /dev/sdb",
  "bytes 500107862016",
  "read-only 0",
  "model Samsung SSD 870",
  "exclusive yes -",
];
const facts = (...lines: readonly string[]): DeviceFacts => {
  const read = readDeviceFacts(
    [...IDLE.filter((line) => !lines.includes(`-${line}`)), ...lines, "end"].join("\n"),
  );
  if (!read.ok) throw new Error(read.flaw);
  return read.value;
};
const without = (line: string) => `-${line}`;

test("an idle disk may be written to, and is described so that people know it", () => {
  expect(judgeDevice(facts(), WISH)).toBeUndefined();
  expect(describeDevice(facts())).toBe("/dev/sdb, 500.1 GB, Samsung SSD 870");
});

test("a bare word is an id, anything else is a path", () => {
  expect(devicePath("ata-Samsung_SSD_870_S1")).toBe(DISK);
  expect(devicePath("/dev/sdb")).toBe("/dev/sdb");
});

test("only an id names a disk; the ids of what was typed are offered", () => {
  for (const device of ["/dev/sdb", "/dev/disk/by-path/pci-1", "../dev/sdb", `${DISK}/../../../sdb`]) {
    const refusal = judgeDevice(facts(), { ...WISH, device });

    expect(refusal?.id).toBe("bench.device-not-by-id");
    expect(refusal?.remedy).toContain("ata-Samsung_SSD_870_S1, wwn-0x5002.");
  }
});

test.each([
  [
    "use mounted sdb2 /srv/with\\040blank",
    "sdb2 is mounted at /srv/with\\040blank",
    "`umount /srv/with\\040blank`",
  ],
  ["use held sdb1 md0", "sdb1 is a part of md0", "`mdadm --stop /dev/md0`"],
  ["use held sdb1 vg0-root", "sdb1 is a part of vg0-root", "`dmsetup remove vg0-root`"],
  ["use btrfs sdb 1b2c", "sdb belongs to the mounted btrfs 1b2c", "`findmnt -t btrfs` shows of 1b2c"],
  ["use something-new sdb x", "sdb is a part of x", "x"],
  ["exclusive busy -", "the kernel refuses to open it for one alone", "`lsblk /dev/sdb`"],
])("in use by `%s`, a disk is refused, for reading as well", (line, says, remedy) => {
  const change = line.startsWith("exclusive") ? [without("exclusive yes -"), line] : [line];

  for (const writes of [true, false]) {
    const refusal = judgeDevice(facts(...change), { ...WISH, writes, overwrite: DISK });

    expect(refusal?.id).toBe("bench.device-in-use");
    expect(refusal?.says).toContain(says);
    expect(refusal?.remedy).toContain(remedy);
  }
});

test("signatures stop a job that writes until the very id is typed again, then until it is agreed to", () => {
  const full = facts("table gpt", "signature gpt", "signature ext4", "signature ext4");

  expect(judgeDevice(full, WISH)?.says).toContain("it holds a gpt partition table, ext4.");
  expect(judgeDevice(full, { ...WISH, overwrite: "wwn-0x5002" })?.id).toBe("bench.device-not-empty");
  expect(judgeDevice(full, { ...WISH, overwrite: DISK, agreed: false })?.id).toBe("bench.device-not-agreed");
  expect(judgeDevice(full, { ...WISH, overwrite: "ata-Samsung_SSD_870_S1" })).toBeUndefined();
  expect(judgeDevice(full, { ...WISH, writes: false, agreed: false })).toBeUndefined();
});

test("what could not be learnt is not taken for free", () => {
  const closed = facts(without("exclusive yes -"), "exclusive failed Permission denied");
  const silent = facts(without("exclusive yes -"));
  const unread = facts("unread blkid ended with 127");

  expect(judgeDevice(closed, WISH)).toMatchObject({ id: "bench.target-not-known" });
  expect(judgeDevice(silent, { ...WISH, writes: false })).toMatchObject({ id: "bench.target-not-known" });
  expect(judgeDevice(unread, WISH)).toMatchObject({ id: "bench.target-not-known" });
  expect(readDeviceFacts(IDLE.join("\n")).ok).toBe(false);
});

test("a directory is judged by what is there, by its file system and by its room", () => {
  const wish = { host: "db1", directory: "/srv", needsBytes: 1e9, anyFileSystem: false };
  const judged = (...lines: readonly string[]) => {
    const read = readDirectoryFacts(["is directory", ...lines, "end"].join("\n"));
    return read.ok ? judgeDirectory(read.value, wish) : read.flaw;
  };

  expect(judged("writable yes", "mount ext4 rw,relatime", "free 1050000000")).toBeUndefined();
  expect(judged("writable yes", "mount ext4 rw,relatime", "free 1049999999")).toMatchObject({
    id: "bench.directory-unfit",
    says: expect.stringContaining("1.0 GB are free, and the job's 1.0 GB want 5 % more"),
  });
  expect(judged("mount ext4 rw", "free 2e9")).toMatchObject({
    says: expect.stringContaining("may not write"),
  });
  expect(judged("writable yes", "mount ext4 ro,noatime", "free 2e9")).toMatchObject({
    says: expect.stringContaining("read-only"),
  });
  expect(judged("writable yes", "mount nfs4 rw", "free 2e9")).toMatchObject({ id: "bench.directory-odd" });
  expect(judged("writable yes", "mount ext4 rw")).toMatchObject({ id: "bench.directory-unfit" });
});
