import type { Ipv4 } from "../../base/ipv4.ts";
import { isOver, type LeaseTable } from "./lease-table.ts";

type Ground = {
  readonly table: LeaseTable;
  readonly now: () => number;
  readonly inside: (address: Ipv4) => boolean;
  readonly first: number;
  readonly last: number;
  readonly at: (number: number) => Ipv4;
};

const PROVEN_MS = 600_000; // nobody answered there so long ago at most
const SWEEP_MS = 250; // a flood must not make us look through the whole pool for each packet

/**
 * The addresses of a pool that nobody has, the best first: those where nobody answered, those never given,
 * those whose lease ended longest ago, and of these the strangers' before those of machines that got on.
 */
export class FreeAddresses {
  readonly #ground: Ground;
  readonly #proven = new Map<Ipv4, number>();
  readonly #ready: Ipv4[] = []; // proven, and not given since
  readonly #ended: Ipv4[] = []; // found by the last sweep, the best last
  #fresh: number; // nobody ever had an address from here on, unless it wanted it
  #sweptAt = Number.NEGATIVE_INFINITY;
  #sweepFrom = Number.NEGATIVE_INFINITY;
  #taken = 0;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#fresh = ground.first;
  }

  next(): Ipv4 | undefined {
    return this.#proved() ?? this.#neverGiven() ?? this.#whoseLeaseEnded();
  }

  isProven(address: Ipv4): boolean {
    const at = this.#proven.get(address);
    if (at === undefined) return false;
    if (this.#ground.now() - at < PROVEN_MS) return true;
    this.#proven.delete(address);
    return false;
  }

  /** Nobody answered there. */
  prove(address: Ipv4): void {
    this.#proven.delete(address);
    this.#proven.set(address, this.#ground.now());
    if (this.#isFree(address)) this.#ready.push(address);
  }

  /** Somebody does. */
  doubt(address: Ipv4): void {
    this.#proven.delete(address);
  }

  freed(address: Ipv4): void {
    if (!this.#ground.inside(address)) return;
    this.#ended.unshift(address);
    this.#taken = Math.max(0, this.#taken - 1);
  }

  /** As many as are missing so that `count` are proven and free. */
  toProve(count: number): readonly Ipv4[] {
    const { first, last, at, table, inside } = this.#ground;
    const isGood = (address: Ipv4) => this.isProven(address) && this.#isFree(address);
    const ready = new Set(this.#ready.filter(isGood));
    this.#ready.splice(0, this.#ready.length, ...ready);
    if (this.#fresh > last && this.#ended.length === 0) this.#sweepAgain();
    const missing = count - ready.size - this.#ended.filter(isGood).length;
    const wanted: Ipv4[] = [];
    for (let number = Math.max(first, this.#fresh); number <= last && wanted.length < missing; number += 1) {
      const address = at(number);
      if (table.at(address) === undefined && inside(address) && !ready.has(address)) wanted.push(address);
    }
    for (let i = this.#ended.length - 1; i >= 0 && wanted.length < missing; i -= 1) {
      const address = this.#ended[i]!;
      if (this.#isFree(address) && !this.isProven(address)) wanted.push(address);
    }
    return wanted;
  }

  /** Counted now and then; what was given since is taken off. */
  count(size: number): number {
    if (this.#ground.now() - this.#sweptAt >= SWEEP_MS) this.#sweep();
    return Math.max(0, size - this.#taken);
  }

  #isFree(address: Ipv4): boolean {
    const { table, inside, now } = this.#ground;
    const lease = table.at(address);
    return (lease === undefined || isOver(lease, now())) && inside(address);
  }

  #proved(): Ipv4 | undefined {
    for (let address = this.#ready.shift(); address !== undefined; address = this.#ready.shift())
      if (this.isProven(address) && this.#isFree(address)) return this.#give(address);
    return undefined;
  }

  #neverGiven(): Ipv4 | undefined {
    const { table, inside, last, at } = this.#ground;
    for (; this.#fresh <= last; this.#fresh += 1) {
      const address = at(this.#fresh);
      if (table.at(address) === undefined && inside(address)) return this.#give(address);
    }
    return undefined;
  }

  #whoseLeaseEnded(): Ipv4 | undefined {
    if (this.#ended.length === 0) this.#sweepAgain();
    for (let address = this.#ended.pop(); address !== undefined; address = this.#ended.pop())
      if (this.#isFree(address)) return this.#give(address);
    return undefined;
  }

  #give(address: Ipv4): Ipv4 {
    this.#taken += 1;
    return address;
  }

  #sweepAgain(): void {
    if (this.#ground.now() >= this.#sweepFrom) this.#sweep();
  }

  #sweep(): void {
    const now = this.#ground.now();
    const [strangers, others]: [Ipv4[], Ipv4[]] = [[], []];
    let [taken, soonest] = [0, Number.POSITIVE_INFINITY];
    for (const [address, lease] of this.#ground.table.entries()) {
      if (!this.#ground.inside(address)) continue;
      if (isOver(lease, now)) (lease.known ? others : strangers).push(address);
      else {
        taken += 1;
        soonest = Math.min(soonest, lease.until);
      }
    }
    const ended = [...strangers, ...others].reverse();
    this.#ended.splice(0, this.#ended.length, ...ended);
    this.#taken = taken;
    this.#sweptAt = now;
    this.#sweepFrom = ended.length > 0 ? now + SWEEP_MS : Math.max(soonest, now + SWEEP_MS);
  }
}
