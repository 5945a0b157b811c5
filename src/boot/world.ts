import type { Address } from "../base/address.ts";
import type { Observed } from "../base/event.ts";
import type { Mac } from "../base/mac.ts";
import type { Firmware } from "./core/dhcp/architectures.ts";
import type { Leases } from "./core/leases.ts";
import type { Leases6 } from "./core/leases6.ts";
import type { Bootable, Network, Network6, ProxySegment, Segment } from "./core/segment.ts";
import type { WorkedWays } from "./core/strategy/way-finder.ts";

/** What a path means for one client. */
export type FileAnswer =
  | { readonly is: "bytes"; readonly bytes: Uint8Array } // rendered for this client
  | { readonly is: "file"; readonly root: string; readonly path: string } // inside root; checked when opened
  | { readonly is: "missing"; readonly because: string };

/** Who asks for a file: known by its address alone, so `mac` is missing when nothing names it. */
export type Client = { readonly mac?: Mac; readonly address: Address; readonly firmware?: Firmware };

/** What a machine says to us by HTTP, or asks and waits for: no file. */
export type Said = {
  readonly body: Uint8Array;
  readonly header: (name: string) => string | undefined;
  readonly gone: AbortSignal; // it waits no more
};
export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
};
/** A reply alone refuses: nothing that was said is read. */
export type Conversation = Reply | ((said: Said) => Promise<Reply>);

/** All that the boot service of one segment needs from outside. */
export type BootWorld = LeasingWorld | ProxyWorld;

export type LeasingWorld = Outside & {
  readonly segment: Segment;
  readonly leases: Leases;
  /** The leases of a subnet behind a relay; without it they are gone with the process. */
  readonly leasesOf?: (network: Network) => Leases;
};
export type ProxyWorld = Outside & { readonly segment: ProxySegment; readonly leases?: undefined };

type Outside = {
  readonly machineOf: (mac: Mac) => Bootable | undefined;
  /** `path` has no leading slash, and "/" for every "\\". */
  readonly fileFor: (client: Client, path: string) => FileAnswer | Promise<FileAnswer>;
  /** Of an HTTP request that is no request for a file. */
  readonly converse?: (client: Client, method: string, path: string) => Conversation | undefined;
  /** A file was sent whole. */
  readonly transferred?: (client: Client, path: string, bytes: number) => void;
  /** The leases of an IPv6 subnet with a pool; without it they are gone with the process. */
  readonly leases6Of?: (network: Network6) => Leases6;
  readonly observe: (event: Observed) => void;
  readonly now: () => number;
  /** By which way each machine got on; without it that is forgotten with the process. */
  readonly worked?: WorkedWays;
};
