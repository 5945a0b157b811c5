import { type Ipv4, readIpv4 } from "../../base/ipv4.ts";
import { type Mac, readMac } from "../../base/mac.ts";
import { must } from "../../base/read.ts";
import { type SerialProfile, VIRTUAL_SERIAL } from "../../base/serial-profile.ts";

export type Firmware = "bios" | "uefi";

/** One machine of the rack, as a caller has to know it. */
export type RackMachine = {
  readonly name: string;
  readonly mac: Mac;
  readonly uuid: string;
  readonly firmware: Firmware;
  readonly serial: SerialProfile;
  readonly bmc: {
    readonly address: Ipv4;
    readonly port: number;
    readonly user: string;
    readonly password: string;
  };
};

/** The boot segment, which an agent answers on; the pool is for its leases. */
export type RackSegment = {
  readonly interface: string;
  readonly address: string;
  readonly pool: { readonly first: Ipv4; readonly last: Ipv4 };
};

export const MOST_MACHINES = 99;
export const MANAGEMENT = { interface: "bmc0", address: "10.77.1.1/24" } as const;
export const SEGMENT: RackSegment = {
  interface: "rack0",
  address: "10.77.0.1/24",
  pool: { first: must(readIpv4("10.77.0.100")), last: must(readIpv4("10.77.0.199")) },
};

/** The same names and addresses in every rack: each rack is a network of its own. */
export function layMachines(count: number, firmware: Firmware, password: string): RackMachine[] {
  return Array.from({ length: count }, (_, i) => machineAt(i + 1, firmware, password));
}

function machineAt(number: number, firmware: Firmware, password: string): RackMachine {
  const pair = number.toString(16).padStart(2, "0");
  return {
    name: `m${number}`,
    mac: must(readMac(`52:54:00:7a:00:${pair}`)),
    uuid: `7261636b-0000-4000-8000-5254007a00${pair}`,
    firmware,
    serial: VIRTUAL_SERIAL,
    bmc: { address: must(readIpv4(`10.77.1.${100 + number}`)), port: 623, user: "rackhand", password },
  };
}

/** Which tap, which port for the serial line: only the inside of the rack knows these. */
export const tapOf = (machine: RackMachine): string => `tap${machine.name.slice(1)}`;
export const solPortOf = (machine: RackMachine): number => 7000 + Number(machine.name.slice(1));
