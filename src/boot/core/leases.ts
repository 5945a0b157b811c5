import { type Ipv4, ipv4At, ipv4Number } from "../../base/ipv4.ts";
import type { Mac } from "../../base/mac.ts";
import { FreeAddresses } from "./free-addresses.ts";
import { DECLINED_MS, isOver, type Lease, LeaseTable } from "./lease-table.ts";
import type { Pool } from "./segment.ts";

type Soon<T> = T | Promise<T>;

/** An address kept for a machine for a while. Unless it is `sure`, somebody else may use it unheard. */
export type Offer = { readonly address: Ipv4; readonly sure: boolean };

/** What is known of who asks, and of the wire it is on. */
export type Standing = {
  readonly onRecord: boolean;
  readonly canProve: boolean; // whether somebody can look if an address is used
};

/**
 * Who has which address. The MAC is the key: ROM, iPXE and installer of one machine send three different
 * client identifiers (none, hardware type + MAC, DUID) and must get one address.
 */
export type Leases = {
  /** The machine's own address, else the wanted one, else another. */
  readonly offer: (mac: Mac, wanted: Ipv4 | undefined, standing?: Standing) => Soon<Offer | undefined>;
  readonly bind: (
    mac: Mac,
    address: Ipv4,
    seconds: number,
  ) => Soon<"bound" | "taken" | "outside" | "unoffered">;
  /** False: it is not its own. */
  readonly release: (mac: Mac, address: Ipv4) => Soon<boolean>;
  /** Somebody uses the address already: set aside for a while. False: it is not its own. */
  readonly decline: (mac: Mac, address: Ipv4) => Soon<boolean>;
  readonly macAt: (address: Ipv4) => Soon<Mac | undefined>;
  /** Until when a lease that was bound is sure to hold, whatever happens. */
  readonly holdsUntil: (address: Ipv4) => number;
  /** Packets went both ways: it is a real machine, and no stranger any more. */
  readonly gotOn: (mac: Mac) => void;
  /** It has an address here, reserved, leased or offered, or got on once. */
  readonly knows: (mac: Mac) => boolean;
  /** Nobody answers there: sure for a while. */
  readonly clear: (address: Ipv4) => void;
  /** Somebody answers there. False when too many are set aside already for that to be believed. */
  readonly setAside: (address: Ipv4, by: Mac) => boolean;
  /** Addresses to look at ahead of need, so that this many are sure. */
  readonly toProve: (count: number) => readonly Ipv4[];
  /** Whether the address is that of a machine on record, or of one that got on once. */
  readonly isSettled: (address: Ipv4) => boolean;
  readonly room: () => Room;
  readonly all: () => Iterable<KeptLease>;
};
export type Room = { readonly size: number; readonly free: number; readonly aside: number };

/** A lease as it is kept over a restart. */
export type KeptLease = {
  readonly mac: Mac;
  readonly address: Ipv4;
  readonly until: number;
  readonly known?: boolean; // on record, or it got on once
};
export type LeaseGround = {
  readonly except?: readonly Ipv4[]; // addresses of the pool that are not for machines, such as ours
  readonly reserved?: ReadonlyMap<Mac, Ipv4>; // one machine's own, inside the pool or outside; for nobody else
  readonly kept?: Iterable<KeptLease>; // from before a restart, oldest first
};

const STRANGER: Standing = { onRecord: false, canProve: false };
/** Firmware asks for what it was offered within seconds; strangers' offers are what a flood is made of. */
const [OFFERED_MS, OFFERED_TO_STRANGER_MS] = [60_000, 20_000];

/**
 * Leases that are gone with the process. An address stays with its machine until the pool has no other left;
 * then machines on record, and those that once got on, take what strangers hold.
 */
export function memoryLeases(
  pool: Pool,
  now: () => number,
  { except = [], reserved = new Map(), kept = [] }: LeaseGround = {},
): Leases {
  const ownerOf = new Map([...reserved].map(([mac, address]) => [address, mac] as const));
  const [first, last] = [ipv4Number(pool.from), ipv4Number(pool.to)];
  const outside = new Set<Ipv4>(except);
  const inside = (address: Ipv4, mac?: Mac) => {
    const owner = ownerOf.get(address);
    if (owner !== undefined) return owner === mac;
    const number = ipv4Number(address);
    return number >= first && number <= last && !outside.has(address);
  };
  const inPool = (address: Ipv4) => inside(address);
  const shared = [...ownerOf.keys(), ...outside].filter((address) => {
    const number = ipv4Number(address);
    return number >= first && number <= last;
  });
  const size = last - first + 1 - new Set(shared).size;
  const table = new LeaseTable(now, Math.max(1, size >> 2));
  const free = new FreeAddresses({ table, now, inside: inPool, first, last, at: ipv4At });

  for (const { mac, address, until, known = false } of kept) {
    if (!inside(address, mac)) continue;
    table.keep(address, { mac, until, bound: true, known });
    if (known) table.settle(mac);
  }

  const isFor = (address: Ipv4, mac: Mac, lease: Lease | undefined) =>
    inside(address, mac) && (lease === undefined || lease.mac === mac || isOver(lease, now()));
  const usable = (mac: Mac, address: Ipv4 | undefined): Ipv4 | undefined =>
    address !== undefined && isFor(address, mac, table.at(address)) ? address : undefined;
  const isSure = (mac: Mac, address: Ipv4) => {
    const lease = table.at(address);
    return (lease?.mac === mac && lease.bound) || free.isProven(address);
  };

  const offered = (mac: Mac, known: boolean, address: Ipv4): Lease => {
    const [before, held] = [table.at(address), table.of(mac)];
    const mine = before?.mac === mac ? before : undefined;
    const until = Math.max(mine?.until ?? 0, now() + (known ? OFFERED_MS : OFFERED_TO_STRANGER_MS));
    const taken = before?.bound && !isOver(before, now()) ? before : undefined;
    const displaced = mine === undefined ? taken : mine.displaced;
    const movesFrom = held === address ? mine?.movesFrom : held;
    return {
      ...{ mac, known, until, bound: mine?.bound ?? false },
      ...(displaced ? { displaced } : {}),
      ...(movesFrom ? { movesFrom } : {}),
    };
  };

  return {
    offer: (mac, wanted, { onRecord, canProve } = STRANGER) => {
      const known = onRecord || reserved.has(mac) || table.isSettled(mac);
      const spare = () => free.next() ?? (known ? table.reclaimable(canProve, inPool) : undefined);
      const address =
        usable(mac, reserved.get(mac)) ?? usable(mac, table.of(mac)) ?? usable(mac, wanted) ?? spare();
      if (address === undefined) return undefined;
      const sure = isSure(mac, address);
      table.keep(address, offered(mac, known, address));
      return { address, sure };
    },
    bind: (mac, address, seconds) => {
      if (!inside(address, mac)) return "outside";
      const lease = table.at(address);
      if (lease?.mac !== mac && !ownerOf.has(address))
        return lease === undefined || isOver(lease, now()) ? "unoffered" : "taken";
      if (lease?.mac === undefined && lease !== undefined && !isOver(lease, now())) return "taken"; // set aside
      const known = (lease?.mac === mac && lease.known) || table.isSettled(mac);
      if (lease?.movesFrom !== undefined && table.leave(lease.movesFrom, mac)) free.freed(lease.movesFrom);
      table.keep(address, { mac, known, bound: true, until: now() + seconds * 1000 });
      return "bound";
    },
    release: (mac, address) => {
      const lease = table.at(address);
      if (lease?.mac !== mac) return false;
      table.end(address, lease);
      free.freed(address);
      return true;
    },
    decline: (mac, address) => {
      const lease = table.at(address);
      if (!inside(address, mac) || lease?.mac !== mac || !lease.bound) return false;
      free.doubt(address);
      if (table.setAside(address, DECLINED_MS)) return true;
      table.end(address, { ...lease, mac: undefined });
      free.freed(address);
      return true;
    },
    holdsUntil: (address) => table.at(address)?.until ?? 0,
    macAt: (address) => table.at(address)?.mac,
    gotOn: (mac) => table.settle(mac),
    knows: (mac) => table.isSettled(mac) || reserved.has(mac) || table.of(mac) !== undefined,
    clear: (address) => {
      table.forgetDisplaced(address);
      free.prove(address);
    },
    setAside: (address, by) => {
      free.doubt(address);
      return table.restore(address, by) || table.setAside(address, DECLINED_MS);
    },
    toProve: (count) => free.toProve(count),
    isSettled: (address) => table.at(address)?.known === true,
    room: () => ({ size, free: free.count(size), aside: table.asides() }),
    all: () => table.bound(),
  };
}
