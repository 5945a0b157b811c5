import { addressesIn, isQuick, outcomeByMac } from "./core/dhcp6/decide.ts";
import type { Outcome6 } from "./core/dhcp6/facts.ts";
import type { Request6 } from "./core/dhcp6/request.ts";
import type { Leases6 } from "./core/leases6.ts";
import type { Ipv6Service, Network6 } from "./core/segment.ts";

type Ground = {
  readonly service: Ipv6Service;
  readonly network: Network6;
  readonly leasesOf: (network: Network6) => Leases6;
  readonly onRecord: boolean;
};

/** Asks the leases what a DHCPv6 request needs of them. */
export async function settle6(request: Request6, ground: Ground): Promise<Outcome6> {
  const { owner, ask, message } = request;
  const { service, network, leasesOf, onRecord } = ground;
  if (service.mode === "boot") return outcomeByMac(request, network);
  const { known } = message.options;
  if (!known.ias?.length || ask === "confirm" || ask === "information-request")
    return { is: "noted", own: false };
  if (network.pool === undefined) return { is: "empty" };
  const leases = leasesOf(network);
  const [wanted] = addressesIn(known);
  if (ask === "release" || ask === "decline")
    return { is: "noted", own: wanted !== undefined && (await leases[ask](owner, wanted)) };
  const asksAnew = ask === "solicit" || wanted === undefined;
  const address = asksAnew ? await leases.offer(owner, wanted, { onRecord }) : wanted;
  if (address === undefined) return { is: "empty" };
  if (ask === "solicit" && !isQuick(request)) return { is: "kept", address };
  const bound = await leases.bind(owner, address, service.leaseSeconds, { onRecord });
  return bound === "bound" ? { is: "kept", address } : { is: "foreign", address };
}
