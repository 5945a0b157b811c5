import type { Ipv6 } from "../../../base/ipv6.ts";
import { type Mac, readMac } from "../../../base/mac.ts";

type Row = { readonly dst?: unknown; readonly lladdr?: unknown };

/** What `ip -6 -json neigh` prints (ip-neighbour(8)); rows without a MAC are those that did not answer. */
export function readNeighbours6(json: string): ReadonlyMap<Ipv6, Mac> {
  const found = new Map<Ipv6, Mac>();
  for (const { dst, lladdr } of JSON.parse(json) as Row[]) {
    const mac = readMac(String(lladdr));
    if (mac.ok) found.set(String(dst) as Ipv6, mac.value);
  }
  return found;
}
