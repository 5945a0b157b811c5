import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type Ipv6, type Pool6, readIpv6 } from "../base/ipv6.ts";
import { AppendLog, lastOfEach, linesIn } from "./append-log.ts";
import {
  type KeptLease6,
  type LeaseGround6,
  type Leases6,
  memoryLeases6,
  RELEASED_MS,
} from "./core/leases6.ts";
import { datesBy } from "./lease-dates.ts";

/** IPv6 leases, on disk before the machine hears of them. */
export async function openLeaseLog6(wish: {
  readonly path: string;
  readonly pool: Pool6;
  readonly except: Ipv6;
  readonly reserved?: LeaseGround6["reserved"];
  readonly now: () => number;
  readonly date?: () => number; // not given: `now` is it
}): Promise<Leases6 & { close(): Promise<void> }> {
  const { path, pool, except, reserved = new Map(), now, date = now } = wish;
  await mkdir(dirname(path), { recursive: true });
  const dates = datesBy({ now, date });
  const kept = lastOfEach(await linesIn(path), readLease).map(dates.read);
  const latest = new Map(kept.map((lease) => [lease.address, lease]));
  const log = await new AppendLog(path, () => [...latest.values()].map(dates.written)).open();
  const keep = (lease: KeptLease6) => {
    latest.delete(lease.address);
    latest.set(lease.address, lease);
    return log.keep(dates.written(lease));
  };
  const leases = memoryLeases6(pool, now, { except, reserved, kept });
  return {
    ...leases,
    bind: async (owner, address, seconds, standing) => {
      const outcome = await leases.bind(owner, address, seconds, standing);
      const known = standing?.onRecord === true || reserved.has(owner);
      const until = now() + seconds * 1000;
      if (outcome === "bound") await keep({ owner, address, until, ...(known ? { known } : {}) });
      return outcome;
    },
    release: async (owner, address) => {
      const own = await leases.release(owner, address);
      const { until = 0, ...lease } = latest.get(address) ?? { owner, address };
      if (own) await keep({ ...lease, until: Math.min(until, now() + RELEASED_MS) });
      return own;
    },
    close: () => log.close(),
  };
}

function readLease(line: string): KeptLease6 | undefined {
  try {
    const { owner, address: text, until, known } = JSON.parse(line) as Record<string, unknown>;
    const address = readIpv6(String(text));
    if (!address.ok || typeof owner !== "string" || typeof until !== "number") return undefined;
    return { owner, address: address.value, until, known: known === true };
  } catch {
    return undefined;
  }
}
