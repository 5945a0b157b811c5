import type { Ipv4, Subnet4 } from "../../base/ipv4.ts";

export type Pool = { readonly from: Ipv4; readonly to: Ipv4 };

/** One layer-2 network that the boot service answers on with leases of its own. */
export type Segment = {
  readonly name: string;
  readonly interface: string;
  readonly subnet: Subnet4; // its address is ours
  readonly pool: Pool;
  readonly answerSolicitations: boolean; // IPv6 router solicitations, so that iPXE does not wait for a router
  readonly leaseSeconds: number;
  readonly routers?: readonly Ipv4[];
  readonly nameServers?: readonly Ipv4[];
};

/** What the boot service must know of a machine. */
export type Bootable = { readonly name: string; readonly loader: "auto" | "pxelinux" };
