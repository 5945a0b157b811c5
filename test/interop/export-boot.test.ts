import type { ChildProcess } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { serialName } from "../../src/base/serial-profile.ts";
import { ipmitool } from "../../src/bmc/ipmitool.ts";
import { exportTo } from "../../src/main/export.ts";
import { lowerRack, raiseRack } from "../../src/rack/rack.ts";
import { listen } from "../conformance/bmc.ts";
import { armedFor, INSTALLER, noInstaller } from "../support/armed-machine.ts";
import { DHCP_PEERS, tftpdArgv } from "./export-peers.ts";
import { type Peers, unpackPeers } from "./peers.ts";
import { RACK_ENTRY } from "./rack-entry-argv.ts";

/** dnsmasq in each run; those that need a TFTP server beside them in the release-length one. */
const isRelease = process.env.RACKHAND_RELEASE === "1";
const isRoot = process.getuid?.() === 0;
const PACKAGES = ["dnsmasq-base", ...(isRelease ? ["isc-dhcp-server", "kea-dhcp4-server", "tftpd-hpa"] : [])];
const found = isRoot ? unpackPeers(PACKAGES) : "needs root";
const peers = found as Peers;
const excuse = typeof found === "string" ? ` (skipped: ${found})` : noInstaller;

let state = "";
afterEach(async () => {
  if (state === "") return;
  await lowerRack(state);
  rmSync(state, { recursive: true });
  state = "";
});
afterAll(() => {
  if (typeof found !== "string") peers.close();
});

type Server = keyof typeof DHCP_PEERS;
type Boots = { firmware: "bios" | "uefi"; loader: "auto" | "pxelinux" };

/** A rack whose one machine is armed, and a server with the export in it. */
async function serve(server: Server, { firmware, loader }: Boots) {
  state = mkdtempSync(join(tmpdir(), "export-boot-"));
  chmodSync(state, 0o755); // tftpd-hpa gives up root before it reads
  const rack = await raiseRack({
    ...{ state, machines: 1, firmware, accel: "tcg", entry: RACK_ENTRY, log: () => {} },
  });
  const { segment } = rack;
  const machine = rack.machines[0]!;
  const { name, mac, serial } = machine;
  const armed = armedFor({ name, mac, serial: serialName(serial), image: INSTALLER! });
  const out = join(state, "exported");
  const asked = {
    ...{ interface: segment.interface, subnet: segment.address, out },
    pool: `${segment.pool.first}-${segment.pool.last}`,
    ...{ config: undefined, segment: undefined, address: undefined },
    ...{ routers: [], nameServers: [], reserve: [] },
    machines: [{ ...armed, loader, redirected: true }],
  };
  const { texts } = await exportTo({ ...asked, server }, state);
  const config = join(out, texts[0]!.path);
  const where = { config, home: state, interface: segment.interface };
  const { run, ready } = DHCP_PEERS[server];
  // of its own each time: a number left there by an earlier one is somebody else's inside the next rack
  const env = { ...peers.env, KEA_PIDFILE_DIR: state, KEA_LOCKFILE_DIR: state };
  const said = begin(rack.run(run(peers, where), { env }));
  await expect.poll(said, { timeout: 20_000 }).toContain(ready);
  if (server === "dnsmasq") return { rack, machine, said };
  await exportTo({ ...asked, server: "tftpd-hpa" }, state);
  rack.run(tftpdArgv(peers, out), { env });
  return { rack, machine, said: undefined }; // tftpd-hpa tells the system's log alone
}

/** What a program says, as it comes. */
function begin({ stdout, stderr }: ChildProcess): () => string {
  let said = "";
  for (const stream of [stdout, stderr])
    stream?.on("data", (bytes: Buffer) => {
      said += bytes.toString();
    });
  return () => said;
}

const KERNEL_WITHIN = { timeout: 240_000 };

const SERVERS: readonly Server[] = isRelease ? ["dnsmasq", "isc-dhcp", "kea"] : ["dnsmasq"];
const BIOS = [
  ["a BIOS machine", "auto", "menu.ipxe"],
  ["a BIOS machine that is to get PXELINUX", "pxelinux", "pxelinux.0"],
] as const;
const CASES = SERVERS.flatMap((server) => BIOS.map((row) => [server, ...row] as const));
const sent = (file: string) => `${join(state, "exported/tftp")}/${file} to 10.77.0.1`;

const bootTest = test.skipIf(excuse !== "");
bootTest.each(CASES)(
  `%s with the export boots %s to the installer's kernel${excuse}`,
  { timeout: 300_000 },
  async (server, _, loader, file) => {
    const { rack, machine, said } = await serve(server, { firmware: "bios", loader });
    const bmc = ipmitool({ machine: machine.name, ...machine.bmc }, { start: rack.run });
    const { session, heard } = await listen(bmc);
    await bmc.bootOnce("pxe", { efi: false });

    await bmc.act("on");

    await expect.poll(heard.text, KERNEL_WITHIN).toContain("Linux version");
    if (said !== undefined) {
      expect(said()).toContain(sent(`machines/m1/${file}`));
      expect(said()).toContain(sent("machines/m1/debian-installer/amd64/initrd.gz"));
    }
    await session.close();
  },
);

bootTest.each(SERVERS)(
  `%s with the export boots UEFI by shim, GRUB and the machine's own menu${excuse}`,
  { timeout: 300_000 },
  async (server) => {
    const { rack, machine, said } = await serve(server, { firmware: "uefi", loader: "auto" });
    copyFileSync("/usr/share/OVMF/OVMF_VARS.fd", join(state, "vars"));
    const flash = ["readonly=on,file=/usr/share/OVMF/OVMF_CODE.fd", `file=${join(state, "vars")}`];
    const cable = "tap,id=net0,ifname=tap1,script=no,downscript=no";

    // the rack's machine in all but its ROM: romfile= leaves PXE to OVMF
    const qemu = rack.run([
      ...(["qemu-system-x86_64", "-machine", "q35,accel=tcg", "-m", "1024", "-nodefaults"] as const),
      ...flash.flatMap((one) => ["-drive", `if=pflash,format=raw,${one}`]),
      ...["-display", "none", "-serial", "stdio", "-netdev", cable],
      ...["-device", `virtio-net-pci,netdev=net0,mac=${machine.mac},romfile=`],
    ]);
    const heard = begin(qemu);

    await expect.poll(heard, KERNEL_WITHIN).toContain("Linux version");
    if (said === undefined) return;
    for (const file of ["bootnetx64.efi", "grubx64.efi", "grub/grub.cfg", "linux", "initrd.gz"])
      expect(said()).toContain(sent(`machines/m1/debian-installer/amd64/${file}`));
    expect(said()).toContain(sent("debian-installer/amd64/grub/grub.cfg"));
  },
);
