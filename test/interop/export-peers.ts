import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Peers } from "./peers.ts";

type Where = { readonly config: string; readonly home: string; readonly interface: string };
/** How an exported configuration is checked, and how its server runs with all that it writes in `home`. */
export type DhcpPeer = {
  readonly check: (peers: Peers, where: Where) => readonly [string, ...string[]];
  readonly run: (peers: Peers, where: Where) => readonly [string, ...string[]];
  readonly ready: string; // what it says when it answers
};

export const DHCP_PEERS = {
  "isc-dhcp": {
    check: (peers, { config }) => [peers.program("dhcpd"), "-t", "-cf", config],
    run: (peers, { config, home, interface: on }) => {
      const leases = join(home, "dhcpd.leases");
      writeFileSync(leases, "");
      return [peers.program("dhcpd"), "-f", "-4", "--no-pid", "-cf", config, "-lf", leases, on];
    },
    ready: "Sending on   Socket/fallback",
  },
  kea: {
    check: (peers, { config }) => [peers.program("kea-dhcp4"), "-t", config],
    // its leases' directory is fixed when it is built: it gets one of its own
    run: (peers, { config }) => {
      const privately = 'mount -t tmpfs none /var/lib; mkdir /var/lib/kea; exec "$@"';
      return ["unshare", "--mount", "sh", "-ec", privately, "sh", peers.program("kea-dhcp4"), "-c", config];
    },
    ready: "DHCP4_STARTED",
  },
  dnsmasq: {
    check: (peers, { config }) => [peers.program("dnsmasq"), "--test", `--conf-file=${config}`],
    run: (peers, { config, home }) => {
      const ours = [`--dhcp-leasefile=${join(home, "dnsmasq.leases")}`, "--pid-file=", "--user=root"];
      return [peers.program("dnsmasq"), "-d", `--conf-file=${config}`, "--no-ping", ...ours];
    },
    ready: "IP range",
  },
} as const satisfies Readonly<Record<string, DhcpPeer>>;

/** tftpd-hpa as Debian's init script starts it from the file that was exported. */
export function tftpdArgv(peers: Peers, out: string): readonly [string, ...string[]] {
  const text = readFileSync(join(out, "tftpd-hpa"), "utf8");
  const set = (name: string) => new RegExp(`^${name}="(.*)"$`, "m").exec(text)![1]!;
  const [address, options, directory] = ["ADDRESS", "OPTIONS", "DIRECTORY"].map((name) =>
    set(`TFTP_${name}`),
  );
  const fixed = ["--foreground", "--listen", "--user", "nobody"];
  return [peers.program("in.tftpd"), ...fixed, "--address", address!, options!, directory!];
}
