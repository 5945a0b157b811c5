import type { Row } from "../cells.ts";

/** Another namespace's radvd advertises on e0, whoever looks after e0 here. */
const ROUTER = `ip netns add r; ip link add e0 type veth peer name r0 netns r
ip netns exec r sysctl -qw net.ipv6.conf.all.forwarding=1; ip netns exec r ip addr add 2001:db8:9::1/64 dev r0 nodad
ip netns exec r ip link set r0 up
echo 'interface r0 { AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; prefix 2001:db8:9::/64 { }; };' >/run/radvd.conf`;
const SETTLES =
  "until ip -6 addr show dev e0 scope link | grep fe80 | grep -vq tentative; do sleep 0.1; done";
const ADVERTISES = `ip link set e0 up
until ip netns exec r ip -6 addr show dev r0 scope link | grep fe80 | grep -vq tentative; do sleep 0.1; done
ip netns exec r radvd -C /run/radvd.conf -p /run/radvd.pid -m none >/dev/null 2>&1 </dev/null`;
const HEARD = `until awk '$1 == "Icmp6InType134" && $2 > 0 { e = 1 } END { exit !e }' /proc/net/dev_snmp6/e0; do sleep 0.2; done`;
const HAS_ROUTE = `ip -6 route show default dev e0 | grep -q 'proto ra'`;
const NO_ROUTE = `[ -z "$(ip -6 route show default dev e0)" ]`;
const ARRIVES = `until ${HAS_ROUTE}; do sleep 0.2; done`;
const FORWARDS = `sysctl -qw net.ipv6.conf.all.forwarding=1`;
const IS_LOST = `${FORWARDS}; until ${NO_ROUTE}; do sleep 0.2; done`;
const STAYS = `${FORWARDS}; sleep 5; ${HAS_ROUTE}`;
const SHOWS = `cat /proc/sys/net/ipv6/conf/e0/accept_ra /proc/sys/net/ipv6/conf/e0/forwarding`;
const made = (...scripts: string[]): string => scripts.join("\n");
const BY_HAND = "ip -6 route add default via 2001:db8:9::1 dev e0";
const RENEWED =
  "[ $(ip -6 -o addr show dev e0 dynamic | sed -n 's/.*valid_lft \\([0-9]*\\)sec.*/\\1/p') -ge 86396 ]";

/** What ends what was learnt, as time would. */
const FORGET = "ip -6 route del default dev e0 proto ra 2>/dev/null || :";
const AGES = `${FORGET}; ${NO_ROUTE}`;
/** What a boot leaves of it: the route is gone, the manager starts anew. */
const again = (manager: string): string => `${FORGET}; ${manager}; ${ARRIVES}`;

const IFUPDOWN = (words: string) =>
  `mkdir -p /etc/network; printf 'auto e0\\niface e0 inet6 auto\\n${words}' >/etc/network/interfaces; ifup e0`;
const NETWORKD = (more: string, place = "/etc/systemd/network") =>
  `mkdir -p ${place}; printf '[Match]\\nName=e0\\n[Network]\\n${more}' >${place}/10-e0.network; systemctl start systemd-networkd`;
const FORWARDING = "IPForward=ipv6\\nIPv6Forwarding=yes\\n"; // of 252, of 257; the other is not known there
const NM = (method: string) => `systemctl start NetworkManager
nmcli connection add type ethernet ifname e0 con-name lan ipv4.method disabled ipv6.method ${method}; nmcli connection up lan`;
const DHCPCD = (words: string) => `${words}; dhcpcd -b e0 >/dev/null 2>&1`;

const ALL = ["debian-12", "debian-13", "sysvinit"] as const;

export const IPV6_RA_FORWARDING: readonly Row[] = [
  {
    ...{ is: "broken", says: "kernel, forwarding switched on", on: ALL, expect: "fail kernel" },
    makes: made(ROUTER, ADVERTISES, ARRIVES, IS_LOST),
    mends: {
      works: HAS_ROUTE,
      ages: AGES,
      shows: SHOWS,
      boots: again("sysctl -qp /etc/sysctl.d/60-accept-ra-e0.conf"),
    },
  },
  {
    ...{ is: "broken", says: "ifupdown, accept_ra 1, forwarding", on: ALL, expect: "fail kernel" },
    makes: made(ROUTER, IFUPDOWN("    accept_ra 1\\n"), ADVERTISES, ARRIVES, IS_LOST),
    mends: { works: HAS_ROUTE, ages: AGES, shows: SHOWS, boots: again("ifdown e0; ifup e0") },
  },
  {
    ...{ is: "broken", says: "networkd, told to forward", expect: "fail networkd" },
    makes: made(ROUTER, NETWORKD(FORWARDING), ADVERTISES, HEARD, NO_ROUTE),
    mends: { works: HAS_ROUTE, ages: AGES, shows: SHOWS, boots: again("systemctl restart systemd-networkd") },
  },
  {
    ...{ is: "broken", says: "networkd, told to by another's file in /run", expect: "fail networkd" },
    makes: made(ROUTER, NETWORKD(FORWARDING, "/run/systemd/network"), ADVERTISES, HEARD, NO_ROUTE),
    mends: { works: HAS_ROUTE, ages: AGES, shows: SHOWS, boots: again("systemctl restart systemd-networkd") },
  },
  {
    ...{ is: "broken", says: "NetworkManager leaves it to the kernel", expect: "fail networkmanager" },
    makes: made(ROUTER, ADVERTISES, NM("ignore"), ARRIVES, IS_LOST),
    mends: { works: HAS_ROUTE, ages: AGES, shows: SHOWS, boots: again("systemctl restart NetworkManager") },
  },
  {
    ...{ is: "broken", says: "dhcpcd leaves it to the kernel", expect: "fail dhcpcd" },
    makes: made(ROUTER, ADVERTISES, DHCPCD("echo noipv6rs >>/etc/dhcpcd.conf"), ARRIVES, IS_LOST),
    mends: { works: HAS_ROUTE, ages: AGES, shows: SHOWS, boots: again("dhcpcd -x e0; dhcpcd -b e0") },
  },
  {
    ...{ is: "broken", says: "dhcpcd, which keeps off resolv.conf", on: ["sysvinit"], expect: "fail dhcpcd" },
    makes: made(
      ROUTER,
      ADVERTISES,
      DHCPCD("printf 'noipv6rs\\nnohook resolv.conf\\n' >>/etc/dhcpcd.conf"),
      ARRIVES,
      IS_LOST,
    ),
    mends: { works: HAS_ROUTE, ages: AGES, shows: SHOWS, boots: again("dhcpcd -x e0; dhcpcd -b e0") },
  },
  {
    ...{
      is: "broken",
      says: "dhcpcd, resolv.conf is people's: for them",
      on: ["sysvinit"],
      expect: "fail dhcpcd",
    },
    makes: made(ROUTER, ADVERTISES, DHCPCD("echo noipv6rs >>/etc/dhcpcd.conf"), ARRIVES, IS_LOST),
    follows: made(
      "printf '\\ninterface e0\\nipv6rs\\n' >>/etc/dhcpcd.conf; dhcpcd -n e0 >/dev/null 2>&1",
      ARRIVES,
    ),
  },
  {
    ...{ is: "broken", says: "kernel, a router that answers only who asks", on: ALL, expect: "fail kernel" },
    makes: made(
      ROUTER,
      FORWARDS,
      "sed -i 's/AdvSendAdvert on;/& UnicastOnly on;/' /run/radvd.conf",
      ADVERTISES,
      SETTLES,
      NO_ROUTE,
    ),
    mends: { works: `rdisc6 -1 -q e0; ${HAS_ROUTE}`, ages: AGES, shows: SHOWS },
  },
  {
    ...{ is: "broken", says: "kernel, a route by hand, addresses die", on: ALL, expect: "fail kernel" },
    makes: made(ROUTER, ADVERTISES, ARRIVES, IS_LOST, BY_HAND, "sleep 8"),
    mends: { works: RENEWED, ages: FORGET, shows: SHOWS },
  },
  {
    ...{ is: "look-alike", says: "kernel, all by hand where routers advertise", on: ALL, expect: "pass" },
    makes: made(ROUTER, FORWARDS, "ip addr add 2001:db8:9::2/64 dev e0 nodad", ADVERTISES, HEARD, BY_HAND),
  },
  {
    ...{ is: "healthy", says: "kernel, a host that forwards nothing", on: ALL, expect: "pass" },
    makes: made(ROUTER, ADVERTISES, ARRIVES),
  },
  {
    ...{ is: "healthy", says: "networkd, as it is", expect: "pass" },
    makes: made(ROUTER, NETWORKD(""), ADVERTISES, ARRIVES),
  },
  {
    ...{ is: "look-alike", says: "default.accept_ra was 2 when e0 came", on: ALL, expect: "pass" },
    makes: made("sysctl -qw net.ipv6.conf.default.accept_ra=2", ROUTER, ADVERTISES, ARRIVES, STAYS),
  },
  {
    ...{ is: "look-alike", says: "ifupdown as it is, forwarding", on: ALL, expect: "pass" },
    makes: made(ROUTER, IFUPDOWN(""), ADVERTISES, ARRIVES, STAYS),
  },
  {
    ...{ is: "look-alike", says: "networkd, forwarding by sysctl", expect: "pass" },
    makes: made(ROUTER, NETWORKD(""), ADVERTISES, ARRIVES, STAYS),
  },
  {
    ...{ is: "look-alike", says: "NetworkManager listens, forwarding", expect: "pass" },
    makes: made(ROUTER, ADVERTISES, NM("auto"), ARRIVES, STAYS),
  },
  {
    ...{ is: "look-alike", says: "dhcpcd listens, forwarding", on: ALL, expect: "pass" },
    makes: made(ROUTER, ADVERTISES, DHCPCD(":"), ARRIVES, STAYS),
  },
];
