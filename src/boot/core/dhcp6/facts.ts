import type { Ipv6 } from "../../../base/ipv6.ts";
import type { Bootable, Ipv6Service, Network6 } from "../segment.ts";

/** What the leases, or the MAC, gave for the request. */
export type Outcome6 =
  | { readonly is: "kept"; readonly address: Ipv6 } // offered or bound
  | { readonly is: "empty" } // no address is to be had
  | { readonly is: "foreign"; readonly address: Ipv6 } // not one that it has from us
  | { readonly is: "noted"; readonly own: boolean }; // a release, a decline, or nothing to keep

export type Facts6 = {
  readonly service: Ipv6Service;
  readonly network: Network6;
  readonly duid: Uint8Array; // ours
  readonly loader: Bootable["loader"]; // the machine's
  readonly outcome: Outcome6;
};
