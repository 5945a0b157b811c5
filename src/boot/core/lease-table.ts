import type { Ipv4 } from "../../base/ipv4.ts";
import type { Mac } from "../../base/mac.ts";

/** An address and whose it is, or was until it was over; nobody's when it is set aside. */
export type Lease = {
  readonly mac: Mac | undefined;
  readonly until: number;
  readonly bound: boolean; // else only offered
  readonly known: boolean; // its holder is on record, or got on once
  readonly movesFrom?: Ipv4; // what its holder had until this one is bound
  readonly displaced?: Lease; // a stranger's, until somebody has looked whether it is used
};
export type Bound = {
  readonly mac: Mac;
  readonly address: Ipv4;
  readonly until: number;
  readonly known: boolean;
};

export const DECLINED_MS = 3_600_000;
const MOST_SETTLED = 16_384;

export const isOver = (lease: Lease, now: number): boolean => lease.until <= now;

/** Leases by address and by machine, and the machines that once got on. */
export class LeaseTable {
  readonly #now: () => number;
  readonly #mostAside: number;
  readonly #byAddress = new Map<Ipv4, Lease>(); // oldest touch first
  readonly #byMac = new Map<Mac, Ipv4>();
  readonly #settled = new Set<Mac>();
  readonly #aside = new Set<Ipv4>();

  constructor(now: () => number, mostAside: number) {
    this.#now = now;
    this.#mostAside = mostAside;
  }

  at = (address: Ipv4): Lease | undefined => this.#byAddress.get(address);
  of = (mac: Mac): Ipv4 | undefined => this.#byMac.get(mac);
  entries = (): IterableIterator<[Ipv4, Lease]> => this.#byAddress.entries();

  keep(address: Ipv4, lease: Lease): void {
    const before = this.#byAddress.get(address)?.mac;
    if (before !== undefined && before !== lease.mac && this.#byMac.get(before) === address)
      this.#byMac.delete(before);
    this.#byAddress.delete(address);
    this.#byAddress.set(address, lease);
    this.#aside.delete(address);
    if (lease.mac !== undefined) this.#byMac.set(lease.mac, address);
  }

  /** It has moved to another address: this one is free. */
  leave(address: Ipv4, mac: Mac): boolean {
    if (this.#byAddress.get(address)?.mac !== mac) return false;
    this.#byAddress.set(address, { mac: undefined, until: this.#now(), bound: false, known: false });
    return true;
  }

  /** Nobody was there: whose lease it was has lost it. */
  forgetDisplaced(address: Ipv4): void {
    const lease = this.#byAddress.get(address);
    if (lease?.displaced === undefined) return;
    const { displaced: _, ...rest } = lease;
    this.#byAddress.set(address, rest);
  }

  /** Over now; the address stays its machine's until another takes it. */
  end(address: Ipv4, lease: Lease): void {
    const before = this.#byAddress.get(address)?.mac;
    if (lease.mac === undefined && before !== undefined) this.#byMac.delete(before);
    this.#byAddress.set(address, { ...lease, until: this.#now() });
  }

  /**
   * At most a quarter of the pool: who declines everything, or answers for every address as a proxy of ARP
   * does, must not eat it up.
   */
  setAside(address: Ipv4, forMs: number): boolean {
    if (this.asides() >= this.#mostAside && !this.#aside.has(address)) return false;
    this.keep(address, { mac: undefined, until: this.#now() + forMs, bound: false, known: false });
    this.#aside.add(address);
    return true;
  }

  asides(): number {
    for (const address of this.#aside) {
      const lease = this.#byAddress.get(address);
      if (lease !== undefined && !isOver(lease, this.#now())) break; // the oldest first
      this.#aside.delete(address);
    }
    return this.#aside.size;
  }

  /** Whose lease was to be taken is there after all: it gets it back, and is no stranger any more. */
  restore(address: Ipv4, to: Mac): boolean {
    const displaced = this.#byAddress.get(address)?.displaced;
    if (displaced?.mac !== to) return false;
    this.keep(address, { ...displaced, known: true });
    this.settle(to);
    return true;
  }

  settle(mac: Mac): void {
    this.#settled.delete(mac);
    this.#settled.add(mac);
    if (this.#settled.size > MOST_SETTLED) this.#settled.delete(this.#settled.values().next().value!);
    const address = this.#byMac.get(mac);
    const lease = address === undefined ? undefined : this.#byAddress.get(address);
    if (lease !== undefined && !lease.known) this.#byAddress.set(address!, { ...lease, known: true });
  }

  isSettled = (mac: Mac): boolean => this.#settled.has(mac);

  /** What a stranger was only offered; a lease of one only where somebody looks first whether it is used. */
  reclaimable(canProve: boolean, inside: (address: Ipv4) => boolean): Ipv4 | undefined {
    let leased: Ipv4 | undefined;
    for (const [address, { mac, bound, known, displaced }] of this.#byAddress) {
      if (mac === undefined || known || displaced !== undefined || !inside(address)) continue;
      if (!bound) return address;
      if (canProve) leased ??= address;
    }
    return leased;
  }

  *bound(): IterableIterator<Bound> {
    for (const [address, { mac, until, bound, known }] of this.#byAddress)
      if (bound && mac !== undefined) yield { mac, address, until, known };
  }
}
