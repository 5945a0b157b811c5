import { type Ipv4, readIpv4 } from "../base/ipv4.ts";
import type { Mac } from "../base/mac.ts";
import type { Firmware } from "./core/dhcp/architectures.ts";
import type { Leases } from "./core/leases.ts";
import type { Client } from "./world.ts";

/** Who is behind an address: TFTP and HTTP know nothing else of a client. */
export type Clients = {
  readonly learn: (mac: Mac, firmware: Firmware) => void;
  readonly at: (address: string) => Promise<Client | undefined>;
};

const MOST_REMEMBERED = 4096;

export function knownClients(leases: Pick<Leases, "macAt">): Clients {
  const firmwares = new Map<Mac, Firmware>();
  return {
    learn: (mac, firmware) => {
      firmwares.delete(mac);
      firmwares.set(mac, firmware);
      if (firmwares.size > MOST_REMEMBERED) firmwares.delete(firmwares.keys().next().value!);
    },
    at: async (text) => {
      const address = readIpv4(text.replace(/^::ffff:/, ""));
      if (!address.ok) return undefined;
      return withMac(address.value, await leases.macAt(address.value), firmwares);
    },
  };
}

function withMac(address: Ipv4, mac: Mac | undefined, firmwares: ReadonlyMap<Mac, Firmware>): Client {
  if (mac === undefined) return { address };
  const firmware = firmwares.get(mac);
  return firmware === undefined ? { address, mac } : { address, mac, firmware };
}
