import { networkInterfaces } from "node:os";
import type { Segment as SegmentTold } from "../api/agent.ts";
import { Fault } from "../base/fault.ts";
import { contains6, isLinkLocal, type Pool6, readSubnet6, type Subnet6 } from "../base/ipv6.ts";
import { must } from "../base/read.ts";
import { ownerByDuid } from "../boot/core/dhcp6/duid.ts";
import type { SegmentSettings } from "../settings/core/settings.ts";

const HOST_BITS = 64; // what a card makes its own address of (RFC 4862 5.5.3)

/** What the settings and the interface's addresses make of a segment's IPv6. */
export function toldIpv6(one: SegmentSettings): SegmentTold["ipv6"] {
  const { ipv6: mode, interface: name, pool6: pool, relayed } = one;
  if (mode === "off") return undefined;
  const subnet = ownSubnet6(name, pool);
  const all = [subnet, ...relayed.flatMap(({ subnet6 }) => subnet6 ?? [])];
  const reservations = one.reservation6.map(({ mac, duid, address }) => {
    if (!all.some((each) => contains6(each, address)))
      throw noIpv6(
        name,
        `${address}, which is reserved, is in none of its subnets (${all.map(written).join(", ")})`,
      );
    return { owner: mac ?? ownerByDuid(duid!), address };
  });
  const narrow = all.find(({ prefix }) => prefix !== HOST_BITS);
  if (mode === "boot" && narrow)
    throw noIpv6(name, `"boot" gives addresses made of MACs, which want a /64, not ${written(narrow)}`);
  return {
    ...{ mode, pool, subnet: written(subnet), nameServers: one["name-servers6"], reservations },
    relayed: relayed.flatMap(({ subnet6, pool6 }) => {
      return subnet6 ? [{ subnet: written(subnet6), pool: pool6 }] : [];
    }),
  };
}

/** The subnet of the pool, else the first that is not of this link alone. */
function ownSubnet6(name: string, pool: Pool6 | undefined): Subnet6 {
  const all = (networkInterfaces()[name] ?? []).flatMap(({ family, cidr }) => {
    const subnet = family === "IPv6" && cidr !== null ? must(readSubnet6(cidr)) : undefined;
    return subnet && !isLinkLocal(subnet.address) ? [subnet] : [];
  });
  if (all.length === 0) throw noIpv6(name, "it has no IPv6 address but a link-local one");
  const holds = (subnet: Subnet6) => !pool || (contains6(subnet, pool.from) && contains6(subnet, pool.to));
  const found = all.find(holds);
  if (found === undefined)
    throw noIpv6(
      name,
      `${pool!.from}-${pool!.to} is in none of its subnets (${all.map(written).join(", ")})`,
    );
  return found;
}

const written = ({ address, prefix }: Subnet6): string => `${address}/${prefix}`;

const noIpv6 = (name: string, why: string): Fault => new Fault("boot.no-ipv6", { name, why });
