import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { readIpv4 } from "../base/ipv4.ts";
import { type Mac, readMac } from "../base/mac.ts";
import { AppendLog, lastOfEach, linesIn } from "./append-log.ts";
import { type KeptLease, type LeaseGround, type Leases, memoryLeases } from "./core/leases.ts";
import type { Pool } from "./core/segment.ts";
import { datesBy } from "./lease-dates.ts";

/**
 * ROM, iPXE and installer of one boot bind the same lease within a minute. What is on disk holds for them
 * while that much of its time is left, and the ACK says how much; a renewal, at half of it, is written.
 */
const HOLDS_WITH = 3 / 4;

export type KeptLeases = Leases & { close(): Promise<void> };

/**
 * Leases on disk before the machine hears of them: the ACK waits for the log. All that come while one write
 * is under way share the next write, which waits for the disk: many machines at once cost few of them.
 */
export async function openLeaseLog(wish: {
  readonly path: string;
  readonly pool: Pool;
  readonly now: () => number;
  readonly date?: () => number; // not given: `now` is it
  readonly ground?: Omit<LeaseGround, "kept">;
  readonly changed?: (lease: KeptLease) => void; // once it is on disk
}): Promise<KeptLeases> {
  const { path, pool, now, date = now, ground = {}, changed = () => {} } = wish;
  await mkdir(dirname(path), { recursive: true });
  const dates = datesBy({ now, date });
  const kept = lastOfEach(await linesIn(path), readLease).map(dates.read);
  const onDisk = new Map(kept.map((lease) => [lease.address, lease]));
  const leases = memoryLeases(pool, now, { ...ground, kept });
  const all = () => [...leases.all()].map(dates.written);
  const log = await new AppendLog(path, all).open();
  const keep = async (lease: KeptLease) => {
    onDisk.delete(lease.address);
    await log.keep(dates.written(lease));
    onDisk.set(lease.address, lease);
    changed(dates.written(lease));
  };
  return {
    ...{ ...leases, all },
    bind: async (mac, address, seconds) => {
      const outcome = await leases.bind(mac, address, seconds);
      const known = leases.isSettled(address);
      const until = now() + seconds * 1000;
      if (
        outcome === "bound" &&
        !holds(onDisk.get(address), { mac, known, until: now() + seconds * 1000 * HOLDS_WITH })
      )
        await keep({ mac, address, until, ...(known && { known }) });
      return outcome;
    },
    release: async (mac, address) => {
      const was = await leases.release(mac, address);
      if (was) await keep({ mac, address, until: now() });
      return was;
    },
    holdsUntil: (address) => onDisk.get(address)?.until ?? 0,
    close: () => log.close(),
  };
}

const holds = (on: KeptLease | undefined, { mac, known, until }: Omit<KeptLease, "address">): boolean =>
  on?.mac === mac && (on.known ?? false) === known && on.until >= until;

function readLease(line: string): KeptLease | undefined {
  try {
    const said = JSON.parse(line) as Record<string, unknown>;
    const [mac, address] = [readMac(String(said.mac)), readIpv4(String(said.address))];
    if (!mac.ok || !address.ok || typeof said.until !== "number") return undefined;
    const known = said.known === true ? { known: true } : {};
    return { mac: mac.value as Mac, address: address.value, until: said.until, ...known };
  } catch {
    return undefined;
  }
}
