import { join } from "node:path";
import type { Ipv4 } from "../../src/base/ipv4.ts";
import type { Peers } from "./peers.ts";

export type Name = "rackhand" | "tftpd-hpa" | "atftpd" | "dnsmasq";
export type Server = {
  readonly address: Ipv4;
  readonly argv: (tree: string, peers: Peers) => readonly string[];
  readonly hasWindows: boolean;
};

/** Each with an address of its own, all there the whole time: who is not asked costs nothing. */
export const SERVERS: Readonly<Record<Name, Server>> = {
  rackhand: {
    address: "10.9.0.1" as Ipv4,
    argv: (tree) => [process.execPath, join(import.meta.dirname, "serve-boot.mjs"), "s0", "10.9.0.1", tree],
    hasWindows: true,
  },
  "tftpd-hpa": {
    address: "10.9.0.2" as Ipv4,
    argv: (tree, { program }) => [
      program("usr/sbin/in.tftpd"),
      ..."--foreground --listen --user root --address 10.9.0.2:69 --secure".split(" "),
      tree,
    ],
    hasWindows: false,
  },
  atftpd: {
    address: "10.9.0.3" as Ipv4,
    argv: (tree, { program }) => [
      program("usr/sbin/atftpd"),
      ..."--daemon --no-fork --user root --group root --bind-address 10.9.0.3 --port 69".split(" "),
      ..."--maxthread 1000 --verbose=0 --logfile /dev/null".split(" "),
      tree,
    ],
    hasWindows: true,
  },
  dnsmasq: {
    address: "10.9.0.4" as Ipv4,
    argv: (tree) => [
      "/usr/sbin/dnsmasq",
      ..."--keep-in-foreground --conf-file=/dev/null --port=0 --user=root --pid-file= --log-facility=/dev/null".split(
        " ",
      ),
      ..."--bind-interfaces --listen-address=10.9.0.4 --enable-tftp --tftp-max=1000".split(" "),
      "--quiet-tftp",
      `--tftp-root=${tree}`,
    ],
    hasWindows: false, // 2.90
  },
};
