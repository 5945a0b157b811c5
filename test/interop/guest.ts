import type { ChildProcess } from "node:child_process";
import { type FirmwareId, missingFor, qemuArgv } from "../firmware/firmwares.ts";
import type { TwoSpaces } from "../support/two-spaces.ts";

const MAC = "52:54:00:aa:bb:01";

export type GuestFirmware = Extract<FirmwareId, "bios-ipxe" | "uefi" | "uefi-http" | "uefi-pxe6">;

export const missingForGuests: readonly string[] = [
  ...new Set((["bios-ipxe", "uefi"] as const).flatMap(missingFor)),
];

/** A bridge at the client's end of the cable, with a port for a guest; `address` is the other server's. */
export async function bridge(net: Pick<TwoSpaces, "client">, address: string): Promise<void> {
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
export function guest(net: TwoSpaces, firmware: GuestFirmware): Promise<ChildProcess> {
  const argv = qemuArgv(firmware, { desk: net.desk, mac: MAC, tap: "t0", serial: "null" });
  return net.stays("client", ["sh", "-c", 'echo up; exec "$@"', "sh", ...argv], "up");
}
