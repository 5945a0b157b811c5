import { type Ipv6, ipv6At, ipv6Number, type Pool6 } from "../../base/ipv6.ts";

type Soon<T> = T | Promise<T>;

/**
 * Who has which IPv6 address. The owner is the machine's MAC, so that ROM, loader and installer, which send
 * different identifiers, have one address; a client whose MAC nobody knows owns by its DUID.
 */
export type Leases6 = {
  /** Its reserved address, else its own, else the wanted one, else another; kept for it for a minute. */
  readonly offer: (owner: string, wanted?: Ipv6, standing?: Standing6) => Soon<Ipv6 | undefined>;
  readonly bind: (
    owner: string,
    address: Ipv6,
    seconds: number,
    standing?: Standing6,
  ) => Soon<"bound" | "taken" | "outside">;
  /** Whether it was its own. */
  readonly release: (owner: string, address: Ipv6) => Soon<boolean>;
  /** Somebody uses the address already: set aside for a while. */
  readonly decline: (owner: string, address: Ipv6) => Soon<boolean>;
  readonly ownerAt: (address: Ipv6) => Soon<string | undefined>;
};
export type Standing6 = { readonly onRecord: boolean };

/** A lease as it is kept over a restart. */
export type KeptLease6 = {
  readonly owner: string;
  readonly address: Ipv6;
  readonly until: number;
  readonly known?: boolean; // on record, or reserved
};
export type LeaseGround6 = {
  readonly except?: Ipv6; // ours
  readonly reserved?: ReadonlyMap<string, Ipv6>; // by owner, inside the pool or outside; for nobody else
  readonly kept?: Iterable<KeptLease6>;
};

type Lease = {
  readonly owner: string | undefined;
  readonly until: number;
  readonly bound: boolean; // else only offered
  readonly known: boolean;
};

const OFFERED_MS = 60_000;
const DECLINED_MS = 3_600_000;
/** EDK2 gives its address back when the loader starts, and the loader goes on with it (captures/dhcp6). */
export const RELEASED_MS = 600_000;
/** Nobody can look whether a stranger still uses its address, so this share of a pool strangers never get. */
const FOR_KNOWN = 4; // one in so many
const SWEEP_MS = 1000;
const STRANGER: Standing6 = { onRecord: false };

/** Leases that are gone with the process; an address stays with its owner until the pool has no other left. */
export function memoryLeases6(
  pool: Pool6,
  now: () => number,
  { except, reserved = new Map(), kept = [] }: LeaseGround6 = {},
): Leases6 {
  const byAddress = new Map<Ipv6, Lease>(); // oldest touch first
  const byOwner = new Map<string, Ipv6>();
  const [first, last] = [ipv6Number(pool.from), ipv6Number(pool.to)];
  let fresh = first; // nobody ever had an address from here on, unless it wanted it
  const ownerOf = new Map([...reserved].map(([owner, address]) => [address, owner] as const));

  const inside = (address: Ipv6, owner?: string) => {
    const whose = ownerOf.get(address);
    if (whose !== undefined) return whose === owner;
    const number = ipv6Number(address);
    return number >= first && number <= last && address !== except;
  };
  const isFree = (address: Ipv6, owner?: string) => {
    const lease = byAddress.get(address);
    return lease === undefined || lease.until <= now() || (owner !== undefined && lease.owner === owner);
  };
  const size = Number(last - first + 1n);
  const most = Math.max(1, size - Math.ceil(size / FOR_KNOWN));
  const strangers = new Set<Ipv6>(); // their addresses; those whose lease is over go when it gets tight
  let sweepFrom = 0;
  const isRoomForStrangers = () => {
    if (strangers.size >= most && now() >= sweepFrom) {
      for (const address of strangers) if (isFree(address)) strangers.delete(address);
      sweepFrom = now() + SWEEP_MS;
    }
    return strangers.size < most;
  };
  const keep = (address: Ipv6, lease: Lease) => {
    const before = byAddress.get(address)?.owner;
    if (before !== undefined && before !== lease.owner) byOwner.delete(before);
    byAddress.delete(address);
    byAddress.set(address, lease);
    if (lease.owner !== undefined && !lease.known) strangers.add(address);
    else strangers.delete(address);
    if (lease.owner !== undefined) byOwner.set(lease.owner, address);
  };
  const another = (): Ipv6 | undefined => {
    for (; fresh <= last; fresh += 1n) {
      const address = ipv6At(fresh);
      if (!byAddress.has(address) && inside(address)) return address;
    }
    for (const address of byAddress.keys()) if (inside(address) && isFree(address)) return address;
    return undefined;
  };
  const offeredToStranger = (): Ipv6 | undefined => {
    for (const [address, { owner, bound, known }] of byAddress)
      if (owner !== undefined && !bound && !known && inside(address)) return address;
    return undefined;
  };
  const isKnown = (owner: string, { onRecord }: Standing6) => onRecord || reserved.has(owner);
  /** Whether it may have an address that is not its own yet. */
  const admits = (owner: string, address: Ipv6 | undefined, known: boolean) =>
    known || (address !== undefined && byAddress.get(address)?.owner === owner) || isRoomForStrangers();

  for (const { owner, address, until, known = false } of kept)
    if (inside(address, owner)) keep(address, { owner, until, bound: true, known });

  return {
    offer: (owner, wanted, standing = STRANGER) => {
      const known = isKnown(owner, standing);
      const mine = (address: Ipv6 | undefined) =>
        address && inside(address, owner) && isFree(address, owner) && admits(owner, address, known);
      const spare = () =>
        known ? (another() ?? offeredToStranger()) : isRoomForStrangers() ? another() : undefined;
      const address = [reserved.get(owner), byOwner.get(owner), wanted].find(mine) ?? spare();
      if (address === undefined) return undefined;
      const before = byAddress.get(address);
      const own = before?.owner === owner ? before : undefined;
      const until = Math.max(own?.until ?? 0, now() + OFFERED_MS);
      keep(address, { owner, until, bound: own?.bound ?? false, known });
      return address;
    },
    bind: (owner, address, seconds, standing = STRANGER) => {
      if (!inside(address, owner)) return "outside";
      const known = isKnown(owner, standing);
      if (!isFree(address, owner) || !admits(owner, address, known)) return "taken";
      const before = byOwner.get(owner);
      if (before !== undefined && before !== address)
        keep(before, { owner: undefined, until: now(), bound: false, known: false });
      keep(address, { owner, until: now() + seconds * 1000, bound: true, known });
      return "bound";
    },
    release: (owner, address) => {
      const lease = byAddress.get(address);
      if (lease?.owner !== owner) return false;
      keep(address, { ...lease, until: Math.min(lease.until, now() + RELEASED_MS) });
      return true;
    },
    decline: (owner, address) => {
      if (byAddress.get(address)?.owner !== owner) return false;
      byOwner.delete(owner);
      keep(address, { owner: undefined, until: now() + DECLINED_MS, bound: false, known: false });
      return true;
    },
    ownerAt: (address) => byAddress.get(address)?.owner,
  };
}
