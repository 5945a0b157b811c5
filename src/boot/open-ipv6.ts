import { contains6, type Ipv6 } from "../base/ipv6.ts";
import { type Mac, readMac } from "../base/mac.ts";
import type { WhoHas6 } from "./clients.ts";
import { macInAddress } from "./core/dhcp6/eui64.ts";
import { type Leases6, memoryLeases6 } from "./core/leases6.ts";
import type { Ipv6Service, Network6 } from "./core/segment.ts";
import { openDhcp6 } from "./dhcp6-server.ts";
import { openHttp } from "./http-boot.ts";
import { neighbours6On } from "./neighbours6.ts";
import type { Parts } from "./parts.ts";
import { openTftp } from "./tftp-server.ts";
import { dgramTransfers } from "./tftp-transfer.ts";
import type { BootWorld } from "./world.ts";

/** What a segment needs of IPv6, whether it is served or not. */
export type Ground6 = {
  readonly leasesOf: (network: Network6) => Leases6;
  readonly neighbourAt: (address: Ipv6) => Promise<Mac | undefined>;
  readonly whoHas: WhoHas6;
};

export function groundOf6({ segment, now, leases6Of }: BootWorld): Ground6 {
  const neighbourAt = neighbours6On(segment.interface, now);
  const networks = segment.ipv6 ? [segment.ipv6, ...(segment.ipv6.relayed ?? [])] : [];
  const make = leases6Of ?? (({ pool, subnet }) => memoryLeases6(pool!, now, { except: subnet.address }));
  const all = new Map(networks.filter(({ pool }) => pool).map((network) => [network, make(network)]));
  const whoHas: WhoHas6 = async (address) => {
    const network = networks.find(({ subnet }) => contains6(subnet, address));
    const owner = network && (await all.get(network)?.ownerAt(address));
    const mac = readMac(owner ?? "");
    return mac.ok ? mac.value : (macInAddress(address) ?? neighbourAt(address));
  };
  return { leasesOf: (network) => all.get(network)!, neighbourAt, whoHas };
}

type Part = { readonly stop: () => Promise<void>; readonly leave?: () => Promise<void> };

/** IPv6's own of everything that answers, in the order of opening: nobody is sent to a door that is not open yet. */
export function partsOf6(
  world: BootWorld,
  { clients, flaws, crowd, hush }: Parts,
  ground: Ground6,
): (() => Promise<Part>)[] {
  const service: Ipv6Service | undefined = world.segment.ipv6;
  if (service === undefined) return [];
  const { address } = service.subnet;
  const { leasesOf, neighbourAt } = ground;
  return [
    () => openHttp(world, clients, undefined, address),
    () => openTftp(world, clients, flaws, undefined, dgramTransfers(), address),
    () => openDhcp6({ world, service, clients, flaws, crowd, hush, leasesOf, neighbourAt }),
  ];
}
