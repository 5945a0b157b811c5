import type { ChildProcess } from "node:child_process";
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import type { BootNet } from "./boot-net.ts";

const MAC = "52:54:00:aa:bb:01";
const CODE = "/usr/share/OVMF/OVMF_CODE_4M.fd";
const [VARS, IPXE_ROM] = ["/usr/share/OVMF/OVMF_VARS_4M.fd", "/usr/lib/ipxe/qemu/pxe-virtio.rom"];

export type GuestFirmware = "bios-ipxe" | "uefi" | "uefi-http";

export const missingForGuests: readonly string[] = [
  "/usr/bin/qemu-system-x86_64",
  CODE,
  VARS,
  IPXE_ROM,
].filter((file) => !existsSync(file));

/** A bridge at the client's end of the cable, with a port for a guest; `address` is the other server's. */
export async function bridge(net: BootNet, address: string): Promise<void> {
  const argv = `ip link add br0 type bridge forward_delay 0
ip link set c0 master br0
ip tuntap add t0 mode tap
ip link set t0 master br0
ip addr add ${address} dev br0
ip link set t0 up
ip link set br0 up`;
  const { code, output } = await net.client(["sh", "-ec", argv]);
  if (code !== 0) throw new Error(output);
}

/** An empty machine with real firmware that boots from the network; it ends with the net, or when killed. */
export function guest(net: BootNet, firmware: GuestFirmware): Promise<ChildProcess> {
  const vars = join(net.desk, "vars.fd");
  const uefi = firmware !== "bios-ipxe";
  if (uefi) copyFileSync(VARS, vars);
  const flash = ["if=pflash,format=raw"].flatMap((kind) => [
    ...["-drive", `${kind},readonly=on,file=${CODE}`, "-drive", `${kind},file=${vars}`],
  ]);
  // OVMF tries PXE before HTTP, for minutes: its own switches leave HTTP alone
  const onlyHttp = ["IPv4PXESupport", "IPv6PXESupport"].flatMap((name) => [
    ...["-fw_cfg", `name=opt/org.tianocore/${name},string=n`],
  ]);
  const card = `virtio-net-pci,netdev=n0,mac=${MAC},bootindex=1${uefi ? ",romfile=" : ""}`;
  const argv = [
    ...["qemu-system-x86_64", "-machine", "q35", "-m", "256", "-display", "none", "-serial", "null"],
    ...["-netdev", "tap,id=n0,ifname=t0,script=no,downscript=no", "-device", card],
    ...(uefi ? flash : []),
    ...(firmware === "uefi-http" ? onlyHttp : []),
  ];
  return net.stays("client", ["sh", "-c", 'echo up; exec "$@"', "sh", ...argv], "up");
}
