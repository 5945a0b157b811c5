import { expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { readInventory } from "./inventory.ts";

const BOOT = "0b3a6f3e-1d0c-4b0a-9f61-0f6f3c1f2a11";
const disk = (more: object) => ({
  ...{ type: "disk", "log-sec": 512, rota: false, rm: false, tran: null, model: null, serial: null },
  ...{ wwn: null, fstype: null, mountpoints: [null] },
  ...more,
});
const LSBLK = JSON.stringify({
  blockdevices: [
    disk({ name: "loop0", type: "loop", size: 120_000_000, fstype: "squashfs" }),
    disk({ name: "zram0", size: 0 }),
    disk({
      ...{
        name: "sda",
        size: 960_197_124_096,
        rota: true,
        tran: "sata",
        model: "ST1000NM0055-1V4",
        serial: "ZBS0A1",
      },
      ...{ wwn: "0x5000c500a1b2c3d4" },
      children: [
        { name: "sda1", type: "part", fstype: "vfat" },
        {
          ...{ name: "sda2", type: "part", fstype: "linux_raid_member" },
          children: [
            {
              ...{ name: "md0", type: "raid1", fstype: "LVM2_member" },
              children: [{ name: "vg-root", type: "lvm", fstype: "ext4" }],
            },
          ],
        },
        { name: "sda3", type: "part", fstype: null },
      ],
    }),
    disk({ name: "nvme0n1", size: 500_107_862_016, tran: "nvme", model: "INTEL \x1b[31mSSD", serial: " " }),
  ],
});
const NIC =
  "mac=52:54:00:7a:00:01\ndriver=virtio_net\ncarrier=1\nspeed=-1\npci=0000:00:02.0\nmodel=Red Hat, Inc. Virtio";
const output = (sections: Record<string, string>) =>
  Object.entries({ boot: `${BOOT}\n`, ...sections })
    .map(([name, text]) => `\n@section ${name}\n${text}`)
    .join("");

test("what the tools of a live hand say is read into one inventory", () => {
  const { disks, nics, ...rest } = must(
    readInventory(
      output({
        ...{
          firmware: "uefi\n",
          secureboot: "   1\n",
          memory: "MemTotal:         990828 kB\nMemFree: 1 kB\n",
        },
        cpu: JSON.stringify({
          lscpu: [
            { field: "Architecture:", data: "x86_64", children: [{ field: "CPU(s):", data: "32" }] },
            { field: "Model name:", data: "AMD EPYC 7302P 16-Core Processor" },
            { field: "Core(s) per socket:", data: "16", children: [{ field: "Socket(s):", data: "1" }] },
          ],
        }),
        modules:
          "Handle 0x1100, DMI type 17, 92 bytes\nMemory Device\n\tSize: 32 GB\n\tLocator: DIMM_A1\n\tType: DDR4\n" +
          "\tSerial Number: 9F\n\nHandle 0x1101\nMemory Device\n\tSize: No Module Installed\n\tLocator: DIMM_A2\n",
        dmi: "sys_vendor=Supermicro\nproduct_name=Super Server\nproduct_serial=To Be Filled By O.E.M.\nproduct_uuid=\n",
        disks: LSBLK,
        "smart sda": '{"smartctl":{"exit_status":8},"smart_status":{"passed":false}}',
        "smart nvme0n1": '{"smartctl":{"messages":[{"string":"Unable to detect device type"}]}}',
        ...{ "nic ens2": NIC, "nic eno2": "mac=52:54:00:7a:00:02\ncarrier=\nspeed=" },
      }),
    ),
  );

  expect(rest).toEqual({
    ...{ boot: BOOT, firmware: "uefi", secureBoot: "on" },
    cpu: {
      model: "AMD EPYC 7302P 16-Core Processor",
      architecture: "x86_64",
      sockets: 1,
      cores: 16,
      threads: 32,
    },
    memory: {
      bytes: 990_828 * 1024,
      modules: [{ slot: "DIMM_A1", bytes: 32 * 2 ** 30, kind: "DDR4", serial: "9F" }],
    },
    dmi: {
      ...{ vendor: "Supermicro", product: "Super Server", serial: null, uuid: null, board: null },
      ...{ firmwareVendor: null, firmwareVersion: null, firmwareDate: null },
    },
  });
  expect(disks.map(({ name, kind, health }) => [name, kind, health.is])).toEqual([
    ["sda", "hdd", "failing"],
    ["nvme0n1", "nvme", "unknown"],
  ]);
  expect(disks[0]!.holds).toEqual([
    "sda1: vfat",
    "sda2: linux_raid_member",
    "md0: LVM2_member",
    "vg-root: ext4",
    "sda3: unformatted",
  ]);
  expect(disks[1]).toMatchObject({ model: "INTEL \\x1b[31mSSD", serial: null });
  expect(disks[1]!.health.says).toBe("SMART: Unable to detect device type");
  expect(nics).toEqual([
    {
      ...{ name: "ens2", mac: "52:54:00:7a:00:01", driver: "virtio_net", link: "up", megabits: null },
      ...{ pci: "0000:00:02.0", model: "Red Hat, Inc. Virtio" },
    },
    {
      ...{ name: "eno2", mac: "52:54:00:7a:00:02", driver: null, link: "unknown", megabits: null },
      ...{ pci: null, model: null },
    },
  ]);
});

test("a section that is missing or broken costs only itself; without its boot it is none", () => {
  const broken = must(readInventory(output({ disks: "lsblk: failed", cpu: "{", "smart sda": "[" })));

  expect(broken).toMatchObject({
    firmware: "bios",
    secureBoot: null,
    disks: [],
    nics: [],
    memory: { bytes: 0 },
  });
  expect(readInventory("").ok).toBe(false);
});
