import type { Ipv4, Subnet4 } from "../../base/ipv4.ts";
import type { Ipv6, Pool6, Subnet6 } from "../../base/ipv6.ts";
import type { Quirk } from "./strategy/quirks.ts";

export type Pool = { readonly from: Ipv4; readonly to: Ipv4 };

/** What clients of one subnet are given. */
export type Network = {
  readonly subnet: Subnet4;
  readonly pool: Pool;
  readonly routers?: readonly Ipv4[];
};

/** What clients of one IPv6 subnet are given: an address of the pool, or the one that their MAC makes. */
export type Network6 = { readonly subnet: Subnet6; readonly pool?: Pool6 };

/**
 * IPv6 of a segment whose router is another's. `boot`: firmware alone is answered, and gets the address that
 * it would give itself, since it takes no boot data without one; `lease`: all get addresses of our pools.
 */
export type Ipv6Service = Network6 & {
  readonly mode: "boot" | "lease"; // the subnet's address is ours
  readonly leaseSeconds: number;
  readonly nameServers?: readonly Ipv6[];
  readonly relayed?: readonly Network6[]; // subnets behind relays
};

type Wire = {
  readonly name: string;
  readonly interface: string;
  readonly subnet: Subnet4; // its address is ours
  readonly answerSolicitations: boolean; // IPv6 router solicitations, so that iPXE does not wait for a router
  readonly ipv6?: Ipv6Service;
  readonly quirks?: readonly Quirk[]; // the operator's own rows, looked at before ours
};

/** One layer-2 network that the boot service answers on with leases of its own. */
export type Segment = Wire &
  Network & {
    readonly mode?: "dhcp";
    readonly leaseSeconds: number;
    readonly nameServers?: readonly Ipv4[];
    readonly relayed?: readonly Network[]; // subnets behind relays; the pools have leases of their own
  };

/** One layer-2 network where another server leases, and we tell netboot clients what to load. */
export type ProxySegment = Wire & { readonly mode: "proxy" };

/** What the boot service must know of a machine. */
export type Bootable = { readonly name: string; readonly loader: "auto" | "pxelinux" | "ipxe" };
