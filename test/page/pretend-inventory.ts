import type { Inventory } from "../../src/api/shapes.ts";

const NO_SMART = { is: "unknown", says: "SMART: Unknown USB bridge [0x0781:0x5583 (0x100)]" } as const;

/** A server in a rack as its live hand sees it: one disk is well, one fails, a stick tells nothing. */
export const pretendInventory = (readAt: number): Inventory => ({
  ...{ readAt, boot: "0f6d5c1e", firmware: "uefi", secureBoot: "on" },
  cpu: {
    model: "Intel(R) Xeon(R) CPU E3-1230 V2 @ 3.30GHz",
    ...{ architecture: "x86_64", sockets: 1, cores: 4, threads: 8 },
  },
  memory: {
    bytes: 33_546_088_448,
    modules: [
      { slot: "DIMMA1", bytes: 17_179_869_184, kind: "DDR3", serial: "E17B4A20" },
      { slot: "DIMMB1", bytes: 17_179_869_184, kind: "DDR3", serial: "E17B4A21" },
    ],
  },
  dmi: {
    ...{ vendor: "Supermicro", product: "X9SCL/X9SCM", serial: "S14233X2917701", board: "X9SCL+-F" },
    ...{ uuid: "49434d53-0200-9033-2500-33902500c9d8", firmwareVendor: "American Megatrends Inc." },
    ...{ firmwareVersion: "2.10", firmwareDate: "01/09/2014" },
  },
  disks: [
    {
      ...{
        name: "sda",
        model: "Samsung SSD 860 EVO 480GB",
        serial: "S3Z8NX0K512345",
        wwn: "0x5002538e40a1b2c3",
      },
      ...{ bytes: 480_103_981_056, blockBytes: 512, kind: "ssd", transport: "sata", removable: false },
      holds: ["sda1: vfat", "sda2: ext4"],
      health: { is: "good", says: "SMART: passed" },
    },
    {
      ...{ name: "sdb", model: "WDC WD40EFRX-68N32N0", serial: "WD-WCC7K1234567", wwn: "0x50014ee20f123456" },
      ...{ bytes: 4_000_787_030_016, blockBytes: 512, kind: "hdd", transport: "sata", removable: false },
      holds: [],
      health: { is: "failing", says: "SMART: the disk says that it is failing" },
    },
    {
      ...{ name: "sdc", model: "Ultra Fit", serial: null, wwn: null, bytes: 30_752_000_000, blockBytes: 512 },
      ...{ kind: "ssd", transport: "usb", removable: true, holds: ["sdc1: vfat"], health: NO_SMART },
    },
  ],
  nics: [
    {
      ...{ name: "enp0s25", mac: "52:54:00:12:34:56", driver: "e1000e", link: "up", megabits: 1000 },
      ...{ pci: "0000:00:19.0", model: "Intel Corporation 82579LM Gigabit Network Connection" },
    },
    {
      ...{ name: "enp3s0", mac: "52:54:00:12:34:66", driver: "e1000e", link: "down", megabits: null },
      ...{ pci: "0000:03:00.0", model: "Intel Corporation 82574L Gigabit Network Connection" },
    },
  ],
});
