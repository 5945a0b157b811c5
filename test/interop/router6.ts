import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TwoSpaces } from "../support/two-spaces.ts";

export const RADVD = "/usr/sbin/radvd";

const ROUTER = `sysctl -qw net.ipv6.conf.all.forwarding=1
ip addr add 2001:db8:9::2/64 dev CARD
until ip -6 -o addr show dev CARD scope link | grep -q fe80; do sleep 0.05; done`;

async function layAddress6({ client }: Pick<TwoSpaces, "client">, card: string): Promise<void> {
  const { code, output } = await client(["sh", "-ec", ROUTER.replaceAll("CARD", card)], 10_000);
  if (code !== 0) throw new Error(output);
}

/** dnsmasq as the router, with DHCPv6 leases of its own for every host. */
export async function layDnsmasq6(spaces: Pick<TwoSpaces, "client" | "stays" | "desk">, card = "br0") {
  await layAddress6(spaces, card);
  const only = ["--conf-file=/dev/null", "--port=0", `--interface=${card}`, "--bind-interfaces"];
  const range = ["--enable-ra", "--dhcp-range=2001:db8:9::f00,2001:db8:9::fff,64,1h"];
  const leases = `--dhcp-leasefile=${join(spaces.desk, "leases6")}`;
  await spaces.stays("client", ["dnsmasq", "-d", ...only, ...range, leases], "IP range");
}

/** Another's router at the machine's end: hosts make their own addresses, or are sent to DHCPv6 for them. */
export async function layRouter6(spaces: Pick<TwoSpaces, "client" | "stays" | "desk">, managed: boolean) {
  const { stays, desk } = spaces;
  const yes = (on: boolean) => (on ? "on" : "off");
  const prefix = `prefix 2001:db8:9::/64 { AdvOnLink on; AdvAutonomous ${yes(!managed)}; };`;
  const flags = `AdvManagedFlag ${yes(managed)}; AdvOtherConfigFlag ${yes(!managed)};`;
  const often = "MinRtrAdvInterval 3; MaxRtrAdvInterval 4;"; // without the first, each 40 s
  const conf = join(desk, "radvd.conf");
  writeFileSync(conf, `interface br0 { AdvSendAdvert on; ${often} ${flags} ${prefix} };\n`);
  // radvd does not speak on an interface without a link-local address, and looks again late
  await layAddress6(spaces, "br0");
  const own = ["-C", conf, "-p", join(desk, "radvd.pid"), "-m", "stderr", "-d", "1"];
  await stays("client", [RADVD, "-n", ...own], "version");
}
