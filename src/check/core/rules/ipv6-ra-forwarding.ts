import { accepted, deafOf, linkOf } from "../ra-links.ts";
import type { Rule, Verdict } from "../rule.ts";

export const ipv6RaForwarding: Rule = {
  id: "ipv6-ra-forwarding",
  says: "An interface that lives by router advertisements still takes them while the host forwards IPv6",
  because:
    "docker, libvirt or a VPN switch forwarding on, the kernel drops the default route within a second, and the addresses die a day later",
  sources: [
    "kernel Documentation/networking/ip-sysctl.rst, accept_ra and forwarding",
    "systemd.network(5), IPv6AcceptRA= and IPv6Forwarding=",
    "interfaces(5), accept_ra",
  ],
  applies: () => true,
  probe: {
    withinMs: 1000,
    // Whether a router advertises there is told by the kernel's count, less its own that come back: nobody is asked.
    run: `c=/proc/sys/net/ipv6/conf; [ -d $c ] || { echo noipv6; exit 0; }
networkd=$(cat /proc/[0-9]*/comm 2>/dev/null | grep -c '^systemd-network$')
keys() { sed -n 's/^ *\\(IPForward\\|IPv6Forwarding\\|IPv6AcceptRA\\) *= *\\([^ ]*\\).*/\\1=\\2/p' "$@" 2>/dev/null | tr '\\n' ' '; }
for d in $c/*; do
  i=\${d##*/}; case $i in all|default|lo) continue ;; esac
  heard=$(awk '$1 == "Icmp6InType134" { n += $2 } $1 == "Icmp6OutType134" { n -= $2 } END { print n + 0 }' /proc/net/dev_snmp6/$i)
  dynamic=$(awk -v i=$i '$6 == i && $4 == "00" && $5 !~ /^[89a-f]/ { n++ } END { print n + 0 }' /proc/net/if_inet6)
  route=$(awk -v i=$i '$1 ~ /^0+$/ && $2 == "00" && $10 == i { n++ } END { print n + 0 }' /proc/net/ipv6_route)
  owner=kernel; conf=
  stanza=$(grep -ls "^[[:space:]]*iface[[:space:]][[:space:]]*$i[[:space:]][[:space:]]*inet6" /etc/network/interfaces /etc/network/interfaces.d/* | head -n 1)
  s=/run/systemd/netif/links/$(cat /sys/class/net/$i/ifindex 2>/dev/null)
  if [ "$networkd" != 0 ] && grep -q '^NETWORK_FILE=' "$s" 2>/dev/null; then
    owner=networkd
    # Least to most weighty: the daemon's own file, the network's, what is dropped in beside it.
    f=$(sed -n 's/^NETWORK_FILE=//p' "$s")
    conf=$(keys /etc/systemd/networkd.conf /etc/systemd/networkd.conf.d/*.conf; keys "$f"
      keys /etc/systemd/network/"\${f##*/}".d/*.conf /run/systemd/network/"\${f##*/}".d/*.conf)
  fi
  echo "if $i owner=$owner forwarding=$(cat $d/forwarding) accept_ra=$(cat $d/accept_ra) off=$(cat $d/disable_ipv6)" \\
    "heard=$heard dynamic=$dynamic route=$route \${stanza:+ifupdown=$stanza} $conf"
done`,
  },
  judge: ({ out }) => judged(out),
  remedy: ({ out }) => {
    const verdict = judged(out);
    const steps = deafOf(out)
      .filter(({ at }) => at.get("owner") === "kernel")
      .flatMap(accepted);
    return { say: verdict.is === "fail" ? (SAY[verdict.cause] ?? "") : "", steps };
  },
};

const SAY: Readonly<Record<string, string>> = {
  kernel:
    "Set `net.ipv6.conf.IF.accept_ra = 2` for that interface in /etc/sysctl.d (or `accept_ra 2` in its inet6 stanza of /etc/network/interfaces); `all` and `default` do nothing to one that exists. Where networkd owns it: IPv6AcceptRA=yes in its .network file instead.",
  networkd:
    "Say `IPv6AcceptRA=yes` in the [Network] section of its .network file (accept_ra=2 by sysctl does nothing here: networkd listens itself), then restart networkd.",
};

function judged(out: string): Verdict {
  if (out.startsWith("noipv6")) return { is: "not-applicable", because: "the kernel has no IPv6" };
  const lines = out.split("\n").filter((line) => line !== "");
  const links = lines.flatMap((line) => linkOf(line) ?? []);
  if (links.length === 0) return { is: "unknown", because: "the probe told of no interface" };
  const deaf = deafOf(out);
  if (deaf.length === 0) return { is: "pass", evidence: lines };
  const names = deaf.map(({ name }) => name).join(", ");
  return {
    is: "fail",
    cause: deaf.every(({ at }) => at.get("owner") === "networkd") ? "networkd" : "kernel",
    found: `${names}: routers advertise there, IPv6 is forwarded, and so no advertisement is taken`,
    evidence: deaf.map(({ line }) => line),
  };
}
