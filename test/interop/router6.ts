import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TwoSpaces } from "../support/two-spaces.ts";

export const RADVD = "/usr/sbin/radvd";

/** Another's router at the machine's end: hosts make their own addresses, or are sent to DHCPv6 for them. */
export async function layRouter6(spaces: Pick<TwoSpaces, "client" | "stays" | "desk">, managed: boolean) {
  const { client, stays, desk } = spaces;
  const yes = (on: boolean) => (on ? "on" : "off");
  const prefix = `prefix 2001:db8:9::/64 { AdvOnLink on; AdvAutonomous ${yes(!managed)}; };`;
  const flags = `AdvManagedFlag ${yes(managed)}; AdvOtherConfigFlag ${yes(!managed)};`;
  const often = "MinRtrAdvInterval 3; MaxRtrAdvInterval 4;"; // without the first, each 40 s
  const conf = join(desk, "radvd.conf");
  writeFileSync(conf, `interface br0 { AdvSendAdvert on; ${often} ${flags} ${prefix} };\n`);
  // radvd does not speak on an interface without a link-local address, and looks again late
  const lines = `sysctl -qw net.ipv6.conf.all.forwarding=1
ip addr add 2001:db8:9::2/64 dev br0
until ip -6 -o addr show dev br0 scope link | grep -q fe80; do sleep 0.05; done`;
  const { code, output } = await client(["sh", "-ec", lines], 10_000);
  if (code !== 0) throw new Error(output);
  const own = ["-C", conf, "-p", join(desk, "radvd.pid"), "-m", "stderr", "-d", "1"];
  await stays("client", [RADVD, "-n", ...own], "version");
}
