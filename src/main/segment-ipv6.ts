import { join } from "node:path";
import type { Segment as SegmentTold } from "../api/agent.ts";
import { contains6, readIpv6, readSubnet6 } from "../base/ipv6.ts";
import { must } from "../base/read.ts";
import type { Leases6 } from "../boot/core/leases6.ts";
import type { Ipv6Service, Network6 } from "../boot/core/segment.ts";
import { openLeaseLog6 } from "../boot/lease-log6.ts";
import { evenNow } from "./even-now.ts";
import type { Stack } from "./stack.ts";

/** A segment's IPv6 as the boot service takes it. */
export function ipv6Of({ ipv6, leaseSeconds }: SegmentTold): Ipv6Service | undefined {
  if (ipv6 === undefined) return undefined;
  const { mode, nameServers, relayed } = ipv6;
  return {
    ...{ mode, leaseSeconds, ...network6(ipv6) },
    nameServers: nameServers.map((text) => must(readIpv6(text))),
    relayed: relayed.map(network6),
  };
}

function network6({ subnet, pool }: NonNullable<SegmentTold["ipv6"]>["relayed"][number]): Network6 {
  const read = must(readSubnet6(subnet));
  if (pool === undefined) return { subnet: read };
  return { subnet: read, pool: { from: must(readIpv6(pool.from)), to: must(readIpv6(pool.to)) } };
}

/** The leases of each pool in a log of its own, named by the pool's first address. */
export async function leaseLogs6(told: SegmentTold, state: string, opened: Stack) {
  const service = ipv6Of(told);
  const logs = new Map<string, Leases6>();
  const all = new Map(
    (told.ipv6?.reservations ?? []).map(({ owner, address }) => [owner, must(readIpv6(address))] as const),
  );
  for (const { subnet, pool } of service ? [service, ...(service.relayed ?? [])] : []) {
    if (pool === undefined) continue;
    const path = join(state, "leases", `${told.name}-${pool.from.replaceAll(":", "_")}.log`);
    const reserved = new Map([...all].filter(([, address]) => contains6(subnet, address)));
    const clocks = { now: evenNow, date: Date.now };
    const log = openLeaseLog6({ path, pool, ...clocks, except: subnet.address, reserved });
    logs.set(
      pool.from,
      opened.add(await log, (open) => open.close()),
    );
  }
  return ({ pool }: Network6): Leases6 => logs.get(pool?.from ?? "")!;
}
