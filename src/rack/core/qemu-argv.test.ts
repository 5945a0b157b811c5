import { expect, test } from "vitest";
import { layMachines } from "./layout.ts";
import { type QemuPlan, qemuArgv } from "./qemu-argv.ts";

const [machine] = layMachines(1, "bios", "secret");
const PLAN: QemuPlan = { machine: machine!, accel: "tcg", boot: "none", screen: "serial", disk: "m1.disk" };
const said = (change: Partial<QemuPlan>) => qemuArgv({ ...PLAN, ...change }).join(" ");

test("the disk comes before the network, but not when the BMC says PXE", () => {
  expect(said({})).toMatch(/virtio-blk-pci\S*,bootindex=1 .*virtio-net-pci\S*,bootindex=2/);
  expect(said({ boot: "default" })).toMatch(/virtio-blk-pci\S*,bootindex=1/);
  expect(said({ boot: "pxe" })).toMatch(/virtio-blk-pci\S*,bootindex=2 .*virtio-net-pci\S*,bootindex=1/);
});

test("a disk has a serial number that says whose it is", () => {
  expect(said({})).toContain("drive=disk0,serial=rack-m1,");
});

test("a machine without a disk has none", () => {
  expect(said({ disk: undefined })).not.toContain("blk");
});

test("the text screen is the serial line, unless the machine has a screen", () => {
  expect(said({})).toContain("graphics=off");
  expect(said({ screen: "vga" })).toMatch(/graphics=on .*-vga std/);
});

test("no BMC password is on QEMU's command line", () => {
  expect(said({})).not.toContain("secret");
});
