import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { serialName } from "../../src/base/serial-profile.ts";
import { ipmitool } from "../../src/bmc/ipmitool.ts";
import { exportTo } from "../../src/main/export.ts";
import { lowerRack, raiseRack } from "../../src/rack/rack.ts";
import { listen } from "../conformance/bmc.ts";
import { armedFor, INSTALLER, noInstaller } from "../support/armed-machine.ts";
import { RACK_ENTRY } from "./rack-entry-argv.ts";

let state = "";
afterEach(async () => {
  if (state === "") return;
  await lowerRack(state);
  rmSync(state, { recursive: true });
});

type Boots = { firmware: "bios" | "uefi"; loader: "auto" | "pxelinux" };

/** A rack whose one machine is armed, and dnsmasq with the export in it. */
async function serve({ firmware, loader }: Boots) {
  state = mkdtempSync(join(tmpdir(), "export-boot-"));
  const rack = await raiseRack({
    ...{ state, machines: 1, firmware, accel: "tcg", entry: RACK_ENTRY, log: () => {} },
  });
  const { segment } = rack;
  const machine = rack.machines[0]!;
  const { name, mac, serial } = machine;
  const armed = armedFor({ name, mac, serial: serialName(serial), image: INSTALLER! });
  const out = join(state, "exported");
  await exportTo(
    {
      ...{ server: "dnsmasq", interface: segment.interface, subnet: segment.address, out },
      pool: `${segment.pool.first}-${segment.pool.last}`,
      ...{
        config: undefined,
        segment: undefined,
        address: undefined,
        routers: [],
        nameServers: [],
        reserve: [],
      },
      machines: [{ ...armed, loader, redirected: true }],
    },
    state,
  );
  const ours = [`--dhcp-leasefile=${join(state, "leases")}`, "--pid-file=", "--user=root"];
  const dnsmasq = rack.run(["dnsmasq", "-d", `--conf-file=${join(out, "dnsmasq.conf")}`, ...ours]);
  let said = "";
  dnsmasq.stderr!.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  await expect.poll(() => said, { timeout: 10_000 }).toContain("IP range");
  const sent = (file: string) => `${join(out, "tftp")}/${file} to 10.77.0.1`;
  return { rack, machine, sent, said: () => said };
}

const KERNEL_WITHIN = { timeout: 240_000 };

const bootTest = test.skipIf(noInstaller !== "");
bootTest.each([
  ["a BIOS machine", { firmware: "bios", loader: "auto" }, "menu.ipxe"],
  ["a BIOS machine that is to get PXELINUX", { firmware: "bios", loader: "pxelinux" }, "pxelinux.0"],
] as const)(
  `dnsmasq with the export boots %s to the installer's kernel${noInstaller}`,
  { timeout: 300_000 },
  async (_, boots, file) => {
    const { rack, machine, sent, said } = await serve(boots);
    const bmc = ipmitool({ machine: machine.name, ...machine.bmc }, { start: rack.run });
    const { session, heard } = await listen(bmc);
    await bmc.bootOnce("pxe", { efi: false });

    await bmc.act("on");

    await expect.poll(heard.text, KERNEL_WITHIN).toContain("Linux version");
    expect(said()).toContain(sent(`machines/m1/${file}`));
    expect(said()).toContain(sent("machines/m1/debian-installer/amd64/initrd.gz"));
    await session.close();
  },
);

bootTest(
  `dnsmasq with the export boots UEFI by shim, GRUB and the machine's own menu${noInstaller}`,
  {
    timeout: 300_000,
  },
  async () => {
    const { rack, machine, sent, said } = await serve({ firmware: "uefi", loader: "auto" });
    copyFileSync("/usr/share/OVMF/OVMF_VARS.fd", join(state, "vars"));
    const flash = ["readonly=on,file=/usr/share/OVMF/OVMF_CODE.fd", `file=${join(state, "vars")}`];

    // the rack's machine in all but its ROM: romfile= leaves PXE to OVMF
    const qemu = rack.run([
      ...(["qemu-system-x86_64", "-machine", "q35,accel=tcg", "-m", "1024", "-nodefaults"] as const),
      ...flash.flatMap((one) => ["-drive", `if=pflash,format=raw,${one}`]),
      ...[
        "-display",
        "none",
        "-serial",
        "stdio",
        "-netdev",
        "tap,id=net0,ifname=tap1,script=no,downscript=no",
      ],
      ...["-device", `virtio-net-pci,netdev=net0,mac=${machine.mac},romfile=`],
    ]);
    let heard = "";
    qemu.stdout!.on("data", (bytes: Buffer) => {
      heard += bytes.toString("latin1");
    });

    await expect.poll(() => heard, KERNEL_WITHIN).toContain("Linux version");
    for (const file of ["bootnetx64.efi", "grubx64.efi", "grub/grub.cfg", "linux", "initrd.gz"])
      expect(said()).toContain(sent(`machines/m1/debian-installer/amd64/${file}`));
    expect(said()).toContain(sent("debian-installer/amd64/grub/grub.cfg"));
  },
);
