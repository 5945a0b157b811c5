import type { Ipv4, Subnet4 } from "../../base/ipv4.ts";
import type { Quirk } from "./strategy/quirks.ts";

export type Pool = { readonly from: Ipv4; readonly to: Ipv4 };

/** What clients of one subnet are given. */
export type Network = {
  readonly subnet: Subnet4;
  readonly pool: Pool;
  readonly routers?: readonly Ipv4[];
};

type Wire = {
  readonly name: string;
  readonly interface: string;
  readonly subnet: Subnet4; // its address is ours
  readonly answerSolicitations: boolean; // IPv6 router solicitations, so that iPXE does not wait for a router
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
export type Bootable = { readonly name: string; readonly loader: "auto" | "pxelinux" };
