import type { Ipv4, Subnet4 } from "../../base/ipv4.ts";
import type { Mac } from "../../base/mac.ts";

export type Server = "isc-dhcp" | "kea" | "dnsmasq" | "tftpd-hpa";

/** What is exported: one segment as another server is to serve it. */
export type ExportWish = {
  readonly segment: {
    readonly interface: string;
    readonly subnet: Subnet4;
    readonly pool: Pool;
    readonly routers: readonly Ipv4[];
    readonly nameServers: readonly Ipv4[];
  };
  readonly bootServer: Ipv4; // where the tree is served by TFTP
  readonly treeRoot: string; // where it is on that server's disk
  readonly machines: readonly ExportMachine[];
};

export type Pool = { readonly from: Ipv4; readonly to: Ipv4 };

export type ExportMachine = {
  readonly name: string;
  readonly macs: readonly Mac[];
  readonly address?: Ipv4; // reserved for its first card; not given: any of the pool
  readonly loader: "auto" | "pxelinux" | "ipxe";
  readonly tree?: MachineTree; // not given: it boots its own disk
};

/** An installer image made for one machine: the texts that differ, and where all else is. */
export type MachineTree = {
  readonly image: string; // one word, such as debian-12-amd64-20230607+deb12u15
  readonly root: string; // where the image is now
  readonly arch: string;
  readonly paths: readonly string[]; // every file of the image, links followed
  readonly texts: ReadonlyMap<string, string>; // rewritten for the machine, ISO 8859-1
};

export type ExportedText = { readonly path: string; readonly text: string };

/** What is to be written, by path below one directory; the same wish gives the same bytes. */
export type Exported = {
  readonly texts: readonly ExportedText[]; // the server's own configuration is the first
  readonly links: readonly { readonly path: string; readonly to: string }[];
  readonly copies: readonly { readonly path: string; readonly from: string }[]; // whole directories
};
