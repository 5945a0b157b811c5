import { type Ipv6, ipv6At, ipv6Number, type Pool6 } from "../../base/ipv6.ts";

type Soon<T> = T | Promise<T>;

/**
 * Who has which IPv6 address. The owner is the machine's MAC, so that ROM, loader and installer, which send
 * different identifiers, have one address; a client whose MAC nobody knows owns by its DUID.
 */
export type Leases6 = {
  /** Its own address, else the wanted one, else another; kept for it for a minute. */
  readonly offer: (owner: string, wanted?: Ipv6) => Soon<Ipv6 | undefined>;
  readonly bind: (owner: string, address: Ipv6, seconds: number) => Soon<"bound" | "taken" | "outside">;
  /** Whether it was its own. */
  readonly release: (owner: string, address: Ipv6) => Soon<boolean>;
  /** Somebody uses the address already: set aside for a while. */
  readonly decline: (owner: string, address: Ipv6) => Soon<boolean>;
  readonly ownerAt: (address: Ipv6) => Soon<string | undefined>;
};
/** A lease as it is kept over a restart. */
export type KeptLease6 = { readonly owner: string; readonly address: Ipv6; readonly until: number };

type Lease = { readonly owner: string | undefined; readonly until: number };

const OFFERED_MS = 60_000;
const DECLINED_MS = 3_600_000;
/** EDK2 gives its address back when the loader starts, and the loader goes on with it (captures/dhcp6). */
const RELEASED_MS = 600_000;

/** Leases that are gone with the process; an address stays with its owner until the pool has no other left. */
export function memoryLeases6(
  pool: Pool6,
  now: () => number,
  { except, kept = [] }: { readonly except?: Ipv6; readonly kept?: Iterable<KeptLease6> } = {},
): Leases6 {
  const byAddress = new Map<Ipv6, Lease>(); // oldest touch first
  const byOwner = new Map<string, Ipv6>();
  const [first, last] = [ipv6Number(pool.from), ipv6Number(pool.to)];
  let fresh = first; // nobody ever had an address from here on, unless it wanted it

  const inside = (address: Ipv6) => {
    const number = ipv6Number(address);
    return number >= first && number <= last && address !== except;
  };
  const isFree = (address: Ipv6, owner?: string) => {
    const lease = byAddress.get(address);
    return lease === undefined || lease.until <= now() || (owner !== undefined && lease.owner === owner);
  };
  const keep = (address: Ipv6, owner: string | undefined, until: number) => {
    const before = byAddress.get(address)?.owner;
    if (before !== undefined && before !== owner) byOwner.delete(before);
    byAddress.delete(address);
    byAddress.set(address, { owner, until });
    if (owner !== undefined) byOwner.set(owner, address);
  };
  const another = (): Ipv6 | undefined => {
    for (; fresh <= last; fresh += 1n) {
      const address = ipv6At(fresh);
      if (!byAddress.has(address) && inside(address)) return address;
    }
    for (const address of byAddress.keys()) if (isFree(address)) return address;
    return undefined;
  };

  for (const { owner, address, until } of kept) if (inside(address)) keep(address, owner, until);

  return {
    offer: (owner, wanted) => {
      const mine = (address: Ipv6 | undefined) => address && inside(address) && isFree(address, owner);
      const address = [byOwner.get(owner), wanted].find(mine) ?? another();
      if (address === undefined) return undefined;
      const before = byAddress.get(address);
      const bound = before?.owner === owner ? before.until : 0;
      keep(address, owner, Math.max(bound, now() + OFFERED_MS));
      return address;
    },
    bind: (owner, address, seconds) => {
      if (!inside(address)) return "outside";
      if (!isFree(address, owner)) return "taken";
      const before = byOwner.get(owner);
      if (before !== undefined && before !== address)
        byAddress.set(before, { owner: undefined, until: now() });
      keep(address, owner, now() + seconds * 1000);
      return "bound";
    },
    release: (owner, address) => {
      const own = byAddress.get(address)?.owner === owner;
      if (own) keep(address, owner, Math.min(byAddress.get(address)!.until, now() + RELEASED_MS));
      return own;
    },
    decline: (owner, address) => {
      const own = byAddress.get(address)?.owner === owner;
      if (own) {
        byOwner.delete(owner);
        keep(address, undefined, now() + DECLINED_MS);
      }
      return own;
    },
    ownerAt: (address) => byAddress.get(address)?.owner,
  };
}
