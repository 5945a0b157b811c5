import { type Ipv4, ipv4At, ipv4Number } from "../../base/ipv4.ts";
import type { Mac } from "../../base/mac.ts";
import type { Pool } from "./segment.ts";

type Soon<T> = T | Promise<T>;

/**
 * Who has which address. The MAC is the key: ROM, iPXE and installer of one machine send three different
 * client identifiers (none, hardware type + MAC, DUID) and must get one address.
 */
export type Leases = {
  /** The machine's own address, else the wanted one, else another; kept for it for a minute. */
  readonly offer: (mac: Mac, wanted: Ipv4 | undefined) => Soon<Ipv4 | undefined>;
  readonly bind: (mac: Mac, address: Ipv4, seconds: number) => Soon<"bound" | "taken" | "outside">;
  readonly release: (mac: Mac, address: Ipv4) => Soon<void>;
  /** Somebody uses the address already: set aside for a while. */
  readonly decline: (mac: Mac, address: Ipv4) => Soon<void>;
  readonly macAt: (address: Ipv4) => Soon<Mac | undefined>;
};

type Lease = { readonly mac: Mac | undefined; readonly until: number };

const OFFERED_MS = 60_000;
const DECLINED_MS = 3_600_000;

/** A lease as it is kept over a restart. */
export type KeptLease = { readonly mac: Mac; readonly address: Ipv4; readonly until: number };
export type LeaseGround = {
  readonly except?: readonly Ipv4[]; // addresses of the pool that are not for machines, such as ours
  readonly reserved?: ReadonlyMap<Mac, Ipv4>; // one machine's own, inside the pool or outside; for nobody else
  readonly kept?: Iterable<KeptLease>; // from before a restart, oldest first
};

/**
 * Leases that are gone with the process. An address stays with its machine until the pool has no other left.
 */
export function memoryLeases(
  pool: Pool,
  now: () => number,
  { except = [], reserved = new Map(), kept = [] }: LeaseGround = {},
): Leases {
  const ownerOf = new Map([...reserved].map(([mac, address]) => [address, mac] as const));
  const byAddress = new Map<Ipv4, Lease>(); // oldest touch first
  const byMac = new Map<Mac, Ipv4>();
  const [first, last] = [ipv4Number(pool.from), ipv4Number(pool.to)];
  let fresh = first; // nobody ever had an address from here on, unless it wanted it

  const inside = (address: Ipv4, mac?: Mac) => {
    const owner = ownerOf.get(address);
    if (owner !== undefined) return owner === mac;
    const number = ipv4Number(address);
    return number >= first && number <= last && !except.includes(address);
  };
  const isFree = (address: Ipv4, mac?: Mac) => {
    const lease = byAddress.get(address);
    return lease === undefined || lease.until <= now() || (lease.mac !== undefined && lease.mac === mac);
  };
  const keep = (address: Ipv4, mac: Mac | undefined, until: number) => {
    const before = byAddress.get(address)?.mac;
    if (before !== undefined && before !== mac) byMac.delete(before);
    byAddress.delete(address);
    byAddress.set(address, { mac, until });
    if (mac !== undefined) byMac.set(mac, address);
  };
  const another = (): Ipv4 | undefined => {
    for (; fresh <= last; fresh += 1) {
      const address = ipv4At(fresh);
      if (!byAddress.has(address) && inside(address)) return address;
    }
    for (const address of byAddress.keys()) if (isFree(address) && inside(address)) return address;
    return undefined;
  };

  for (const { mac, address, until } of kept) if (inside(address, mac)) keep(address, mac, until);

  return {
    offer: (mac, wanted) => {
      const own = reserved.get(mac) ?? byMac.get(mac);
      const mine = (address: Ipv4 | undefined) => address && inside(address, mac) && isFree(address, mac);
      const usable = [own, wanted].find(mine);
      const address = usable ?? another();
      if (address === undefined) return undefined;
      const before = byAddress.get(address);
      const bound = before?.mac === mac ? before.until : 0;
      keep(address, mac, Math.max(bound, now() + OFFERED_MS));
      return address;
    },
    bind: (mac, address, seconds) => {
      if (!inside(address, mac)) return "outside";
      if (!isFree(address, mac)) return "taken";
      const before = byMac.get(mac);
      if (before !== undefined && before !== address) byAddress.set(before, { mac: undefined, until: now() });
      keep(address, mac, now() + seconds * 1000);
      return "bound";
    },
    release: (mac, address) => {
      if (byAddress.get(address)?.mac === mac) byAddress.set(address, { mac, until: now() });
    },
    decline: (mac, address) => {
      if (!inside(address, mac) || byAddress.get(address)?.mac !== mac) return;
      byMac.delete(mac);
      keep(address, undefined, now() + DECLINED_MS);
    },
    macAt: (address) => byAddress.get(address)?.mac,
  };
}
