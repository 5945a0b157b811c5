import { deafOf, type Link, linkOf } from "../ra-links.ts";
import { listening } from "../ra-remedies.ts";
import type { Rule, Verdict } from "../rule.ts";

export const ipv6RaForwarding: Rule = {
  id: "ipv6-ra-forwarding",
  says: "An interface that lives by router advertisements still takes them while the host forwards IPv6",
  because:
    "docker, libvirt or a VPN switch forwarding on, the kernel drops the default route within a second, and the addresses die a day later",
  sources: [
    "kernel Documentation/networking/ip-sysctl.rst, accept_ra and forwarding",
    "systemd.network(5), IPv6AcceptRA= and IPv6Forwarding=",
    "interfaces(5), accept_ra; dhcpcd.conf(5), ipv6rs",
    "nm-settings(5), ipv6.method: with ignore NetworkManager leaves advertisements to the kernel",
  ],
  applies: () => true,
  probe: {
    withinMs: 1000,
    // Whether a router advertises there is told by the kernel's count, less its own that come back: nobody is asked.
    run: `c=/proc/sys/net/ipv6/conf; [ -d $c ] || { echo noipv6; exit 0; }
run=$(cat /proc/[0-9]*/comm 2>/dev/null); runs() { printf '%s\\n' "$run" | grep -q "^$1$"; }
keys() { sed -n 's/^ *\\(IPForward\\|IPv6Forwarding\\|IPv6AcceptRA\\) *= *\\([^ ]*\\).*/\\1=\\2/p' "$@" 2>/dev/null | tr '\\n' ' '; }
for d in $c/*; do
  i=\${d##*/}; case $i in all|default|lo) continue ;; esac
  heard=$(awk '$1 == "Icmp6InType134" { n += $2 } $1 == "Icmp6OutType134" { n -= $2 } END { print n + 0 }' /proc/net/dev_snmp6/$i)
  dynamic=$(awk -v i=$i '$6 == i && $4 == "00" && $5 !~ /^[89a-f]/ { n++ } END { print n + 0 }' /proc/net/if_inet6)
  route=$(awk -v i=$i '$1 ~ /^0+$/ && $2 == "00" && $10 == i { n++ } END { print n + 0 }' /proc/net/ipv6_route)
  owner=kernel; conf=
  stanza=$(grep -ls "^[[:space:]]*iface[[:space:]][[:space:]]*$i[[:space:]][[:space:]]*inet6" /etc/network/interfaces /etc/network/interfaces.d/* | head -n 1)
  n=$(cat /sys/class/net/$i/ifindex 2>/dev/null); s=/run/systemd/netif/links/$n; m=/run/NetworkManager/devices/$n
  if runs systemd-network && grep -q '^NETWORK_FILE=' "$s" 2>/dev/null; then
    owner=networkd
    # Least to most weighty: the daemon's own file, the network's, what is dropped in beside it.
    f=$(sed -n 's/^NETWORK_FILE=//p' "$s")
    conf="network=\${f##*/} $(keys /etc/systemd/networkd.conf /etc/systemd/networkd.conf.d/*.conf; keys "$f"
      keys /etc/systemd/network/"\${f##*/}".d/*.conf /run/systemd/network/"\${f##*/}".d/*.conf)"
  elif runs NetworkManager && u=$(sed -n 's/^connection-uuid=//p' "$m" 2>/dev/null) && [ -n "$u" ] &&
    f=$(grep -ls "^uuid=$u$" /etc/NetworkManager/system-connections/*); then
    # Keyfiles hold secrets: of them only one word is told.
    owner=networkmanager conf="uuid=$u keyfile=\${f##*/} method=$(awk -F= '/^.[a-z0-9-]*]/ { on = $0 == "[ipv6]" } on && $1 == "method" { print $2 }' "$f")"
  elif runs dhcpcd && [ -e /run/dhcpcd/$i.pid -o -e /run/dhcpcd/pid ] && awk -v i=$i '
    BEGIN { on = 1 } $1 ~ /^(interface|ssid|profile|arping)$/ { on = $1 == "interface" && $2 == i }
    on && $1 == "noipv6rs" { no = 1 } on && $1 == "ipv6rs" { no = 0 } END { exit !no }' /etc/dhcpcd.conf 2>/dev/null; then
    owner=dhcpcd # told to leave it to the kernel; else it listens itself
  fi
  echo "if $i owner=$owner forwarding=$(cat $d/forwarding) accept_ra=$(cat $d/accept_ra) off=$(cat $d/disable_ipv6)" \\
    "heard=$heard dynamic=$dynamic route=$route \${stanza:+ifupdown=$stanza} $conf"
done`,
  },
  judge: ({ out }) => judged(out),
  remedy: ({ out }) => {
    const deaf = deafOf(out);
    const owners = [...new Set(deaf.map(ownerOf))];
    return { say: owners.map((owner) => SAY[owner]).join(" "), steps: deaf.flatMap(listening) };
  },
};

/** Each in its own configuration, or it is gone with the next start. */
const SAY = {
  kernel:
    "Set `net.ipv6.conf.IF.accept_ra = 2` for that interface in /etc/sysctl.d (or `accept_ra 2` in its inet6 stanza of /etc/network/interfaces); `all` and `default` do nothing to one that exists.",
  networkd:
    "Say `IPv6AcceptRA=yes` in the [Network] section of its .network file (accept_ra=2 by sysctl does nothing here: networkd listens itself), then reload networkd.",
  networkmanager:
    "`nmcli connection modify NAME ipv6.method auto`, then `nmcli device reapply IF`: NetworkManager then listens itself, whatever is forwarded.",
  dhcpcd:
    "Say `interface IF` and `ipv6rs` at the end of /etc/dhcpcd.conf, then `dhcpcd -n IF`: dhcpcd then listens itself, whatever is forwarded.",
} as const;
type Owner = keyof typeof SAY;
const ownerOf = ({ at }: Link): Owner => {
  const owner = at.get("owner") ?? "";
  return Object.hasOwn(SAY, owner) ? (owner as Owner) : "kernel";
};

function judged(out: string): Verdict {
  if (out.startsWith("noipv6")) return { is: "not-applicable", because: "the kernel has no IPv6" };
  const lines = out.split("\n").filter((line) => line !== "");
  const links = lines.flatMap((line) => linkOf(line) ?? []);
  if (links.length === 0) return { is: "unknown", because: "the probe told of no interface" };
  const deaf = deafOf(out);
  if (deaf.length === 0) return { is: "pass", evidence: lines };
  const owners = [...new Set(deaf.map(ownerOf))];
  const names = deaf.map(({ name }) => name).join(", ");
  return {
    is: "fail",
    cause: owners.length === 1 ? owners[0]! : "kernel",
    found: `${names}: routers advertise there, IPv6 is forwarded, and so no advertisement is taken`,
    evidence: deaf.map(({ line }) => line),
  };
}
