import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TSX } from "../interop/boot-net.ts";
import { bridge } from "../interop/guest.ts";
import { type Peers, unpackPeers } from "../interop/peers.ts";
import { layDnsmasq6, layRouter6 } from "../interop/router6.ts";
import type { TwoSpaces } from "../support/two-spaces.ts";
import { MAC } from "./serving.ts";

/** Who else is on the machine's network, and what the service's settings say of it. */
export type Place = {
  readonly says: string;
  readonly segment: string; // of rackhand.toml, after name and interface
  /** Lays the network at the machine's end, with the tap t0, and starts what else is there. */
  readonly lay: (spaces: TwoSpaces) => Promise<void>;
  readonly ipv6?: true; // for firmware that boots by it
};

const OTHER = "10.9.0.2";
const LEASING = `mode = "dhcp"\npool = "10.9.0.100-10.9.0.150"`;
const BESIDE = `mode = "proxy"\nanswer-solicitations = true`;

/** Nobody leases by IPv4: whatever boots does so by IPv6. */
const ALONE = `mode = "proxy"`;

const RELAYED = `${LEASING}
[[segment.relayed]]
subnet = "10.8.0.1/24"
pool = "10.8.0.100-10.8.0.150"
routers = ["10.8.0.1"]`;

export const PLACES = {
  own: { says: "leases of ours", segment: LEASING, lay: (spaces) => bridge(spaces, `${OTHER}/24`) },
  dnsmasq: {
    says: "beside dnsmasq",
    segment: BESIDE,
    lay: async (spaces) => {
      await bridge(spaces, `${OTHER}/24`);
      const leases = `--dhcp-leasefile=${join(spaces.desk, "leases")}`;
      const only = ["--conf-file=/dev/null", "--port=0", "--interface=br0", "--bind-interfaces", "--no-ping"];
      const argv = ["dnsmasq", "-d", ...only, "--dhcp-range=10.9.0.200,10.9.0.220", leases];
      await spaces.stays("client", argv, "IP range");
    },
  },
  kea: {
    says: "beside Kea",
    segment: BESIDE,
    lay: async (spaces) => {
      await bridge(spaces, `${OTHER}/24`);
      await layKea4(spaces);
    },
  },
  relay: {
    says: "behind isc-dhcp-relay",
    segment: RELAYED,
    lay: async (spaces) => {
      await layFarNetwork(spaces);
      const wires = ["-id", "br0", "-iu", "c0", "10.9.0.1"];
      await spaces.stays("client", ["dhcrelay", "-4", "-d", "--no-pid", ...wires], "Sending on");
    },
  },
  slaac: {
    says: "IPv6, hosts make their own addresses",
    ipv6: true,
    segment: `${ALONE}\nipv6 = "boot"`,
    lay: (spaces) => layIpv6(spaces, false),
  },
  managed: {
    says: "IPv6, leases of ours",
    ipv6: true,
    segment: `${ALONE}\nipv6 = "lease"\npool6 = "2001:db8:9::100-2001:db8:9::1ff"`,
    lay: (spaces) => layIpv6(spaces, true),
  },
  dnsmasq6: {
    says: "IPv6, beside dnsmasq that leases it",
    ipv6: true,
    segment: `${ALONE}\nipv6 = "boot"`,
    lay: async (spaces) => {
      await bridge(spaces, `${OTHER}/24`);
      await layDnsmasq6(spaces);
    },
  },
  kea6: {
    says: "IPv6, beside Kea that leases it",
    ipv6: true,
    segment: `${ALONE}\nipv6 = "boot"`,
    lay: async (spaces) => {
      await layIpv6(spaces, true); // Kea advertises no router
      await layKea(spaces, "kea-dhcp6", { Dhcp6: KEA6 });
    },
  },
  disguised: {
    says: "behind a relay that hides iPXE",
    segment: RELAYED,
    lay: async (spaces) => {
      await layFarNetwork(spaces);
      await mustRun(spaces, "client", "ip route add 255.255.255.255 dev br0");
      const relay = [...TSX, join(import.meta.dirname, "disguising-relay.ts"), "10.8.0.1", "10.9.0.1", MAC];
      await spaces.stays("client", relay, "relaying");
    },
  },
} as const satisfies Record<string, Place>;
export type PlaceId = keyof typeof PLACES;

const RELAY_SIDE = `ip addr add ${OTHER}/24 dev c0
ip link add br0 type bridge forward_delay 0
ip tuntap add t0 mode tap
ip link set t0 master br0
ip addr add 10.8.0.1/24 dev br0
ip link set t0 up
ip link set br0 up
sysctl -qw net.ipv4.ip_forward=1`;

async function layIpv6(spaces: TwoSpaces, managed: boolean): Promise<void> {
  await bridge(spaces, `${OTHER}/24`);
  await layRouter6(spaces, managed);
}

async function layFarNetwork(spaces: TwoSpaces): Promise<void> {
  await mustRun(spaces, "client", RELAY_SIDE);
  await mustRun(spaces, "server", `ip route add 10.8.0.0/24 via ${OTHER}`);
}

async function mustRun(spaces: TwoSpaces, where: "client" | "server", lines: string): Promise<void> {
  const { code, output } = await spaces[where](["sh", "-ec", lines]);
  if (code !== 0) throw new Error(output);
}

let kea: Peers | string | undefined; // fetched once, for all cells of one run

/** Kea's packages, unpacked and not installed: their daemons would start here. */
export function peers(): Peers {
  kea ??= unpackPeers(["kea-dhcp4-server", "kea-dhcp6-server"]);
  if (typeof kea === "string") throw new Error(kea);
  return kea;
}
export function forgetPeers(): void {
  if (typeof kea === "object") kea.close();
  kea = undefined;
}

/** Kea on the bridge at the machine's end; `more` is added to its settings. */
export const layKea4 = (spaces: TwoSpaces, more: object = {}): Promise<void> =>
  layKea(spaces, "kea-dhcp4", { Dhcp4: { ...KEA, ...more } });

async function layKea(spaces: TwoSpaces, name: "kea-dhcp4" | "kea-dhcp6", settings: object): Promise<void> {
  const { program, env } = peers();
  await mustRun(spaces, "client", UNTIL_RUNNING); // Kea opens no socket on a bridge that is not
  const config = join(spaces.desk, "kea.json");
  writeFileSync(config, JSON.stringify(settings));
  // its paths are compiled in
  const privately = 'mount -t tmpfs none /var/lib; mkdir /var/lib/kea; exec "$@"';
  const argv = ["unshare", "--mount", "sh", "-ec", privately, "sh", program(name), "-c", config];
  await spaces.stays("client", argv, name === "kea-dhcp4" ? "DHCP4_STARTED" : "DHCP6_STARTED", env);
}

const UNTIL_RUNNING = `tries=0
until ip link show br0 | grep -q LOWER_UP; do
  tries=$((tries + 1))
  test $tries -lt 100
  sleep 0.1
done`;

const COMMON = {
  "lease-database": { type: "memfile", persist: false },
  "valid-lifetime": 3600,
};
const loggersOf = (name: string) => [{ name, severity: "INFO", output_options: [{ output: "stdout" }] }];
const KEA = {
  ...COMMON,
  "interfaces-config": { interfaces: [`br0/${OTHER}`], "service-sockets-require-all": true },
  subnet4: [{ id: 1, subnet: "10.9.0.0/24", interface: "br0", pools: [{ pool: "10.9.0.200 - 10.9.0.220" }] }],
  loggers: loggersOf("kea-dhcp4"),
};
const KEA6 = {
  ...COMMON,
  "interfaces-config": { interfaces: ["br0"], "service-sockets-require-all": true },
  subnet6: [
    {
      ...{ id: 1, subnet: "2001:db8:9::/64", interface: "br0" },
      pools: [{ pool: "2001:db8:9::f00 - 2001:db8:9::fff" }],
    },
  ],
  loggers: loggersOf("kea-dhcp6"),
};
