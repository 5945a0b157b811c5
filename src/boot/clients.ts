import { type Address, isIpv6, readAddress } from "../base/address.ts";
import type { Ipv6 } from "../base/ipv6.ts";
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

export type WhoHas6 = (address: Ipv6) => Promise<Mac | undefined>;

export function knownClients(
  leases: Pick<Leases, "macAt">,
  whoHas6: WhoHas6 = async () => undefined,
): Clients {
  const firmwares = new Map<Mac, Firmware>();
  return {
    learn: (mac, firmware) => {
      firmwares.delete(mac);
      firmwares.set(mac, firmware);
      if (firmwares.size > MOST_REMEMBERED) firmwares.delete(firmwares.keys().next().value!);
    },
    at: async (text) => {
      const address = readAddress(text);
      if (!address.ok) return undefined;
      const { value } = address;
      return withMac(value, await (isIpv6(value) ? whoHas6(value) : leases.macAt(value)), firmwares);
    },
  };
}

function withMac(address: Address, mac: Mac | undefined, firmwares: ReadonlyMap<Mac, Firmware>): Client {
  if (mac === undefined) return { address };
  const firmware = firmwares.get(mac);
  return firmware === undefined ? { address, mac } : { address, mac, firmware };
}
