import type { Rule } from "../rule.ts";

export const netNames: Rule = {
  id: "net-names",
  says: "Every network card that the configuration names is there under that name",
  because:
    "a card gets another name when udev, the kernel, the firmware or a slot changes; the host then boots without " +
    "network, and only the console reaches it",
  sources: [
    "Release notes for Debian 13, 5.1: Network interface names may change",
    "systemd.net-naming-scheme(7)",
    "systemd.link(5)",
    "interfaces(5)",
  ],
  applies: ({ container }) => container === null || "a container's cards are its host's to name",
  probe: {
    withinMs: 1000,
    run: `for i in /sys/class/net/*; do
  n=\${i##*/}; [ -e "$i" ] || continue
  if [ -e "$i/device" ] && [ ! -e "$i/master" ]; then echo "card $n"; else echo "there $n"; fi
done
ip link show 2>/dev/null | sed -n 's/^ *altname /there /p'
words='auto|allow-[a-z-]*|iface|bridge[-_]ports|bond[-_]slaves|bond[-_]master|vlan[-_]raw[-_]device|pre-up|hwaddress'
stanzas() { sed -n -E "s/^[[:space:]]*($words)([[:space:]]+.*)?$/\\\\1\\\\2/p" "$1" | sed -E 's/^(pre-up) .*/\\1/; s/^/ifupdown /'; }
cd /etc/network 2>/dev/null && [ -e interfaces ] && command -v ifup >/dev/null && {
  stanzas interfaces
  sed -n 's/^[[:space:]]*source[[:space:]]*//p; s/^[[:space:]]*source-directory[[:space:]]*\\(.*\\)/\\1\\/*/p' interfaces |
    while read -r p; do for f in $p; do [ -f "$f" ] && stanzas "$f"; done; done
}
if [ -e /run/systemd/netif ]; then for f in /etc/systemd/network/*.network /run/systemd/network/*.network; do
  [ -f "$f" ] && sed -n '/^\\[Match\\]/,/^\\[[^M]/s/^Name=/networkd /p' "$f"
done; fi
echo looked`,
  },
  judge({ out }) {
    const lines = out.split("\n").filter((line) => line !== "");
    if (lines.pop() !== "looked") return { is: "unknown", because: "the probe did not come to its end" };
    const { wanted, hot } = configured(lines);
    const all = [...wanted, ...hot];
    if (all.length === 0) return { is: "not-applicable", because: "no card is named in the configuration" };
    const [cards, others] = [named(lines, "card"), named(lines, "there")];
    const isThere = (name: string) => cards.includes(name) || others.includes(name);
    const mentioned = lines.filter((line) => !/^(card|there) /.test(line)).join(" ");
    const free = cards.filter((card) => !mentioned.split(/\s+/).includes(card));
    const missing = all.filter((name) => !isThere(name));
    if (missing.length > 0 && free.length > 0)
      return {
        is: "fail",
        cause: "renamed",
        found: `${missing.join(", ")} is not there, and nothing is said about ${free.join(", ")}`,
        evidence: lines,
      };
    const gone = wanted.filter((name) => !isThere(name));
    if (gone.length === 0) return { is: "pass", evidence: lines };
    return {
      is: "fail",
      cause: "gone",
      found: `${gone.join(", ")} is to come up at boot, and is not there`,
      evidence: lines,
    };
  },
  remedy: () => ({
    say:
      "Before the next boot, tie the name to the card: /etc/systemd/network/10-NAME.link with `[Match]`, " +
      "`MACAddress=`, `[Link]`, `Name=`, then `update-initramfs -u`; or write the new name into the configuration " +
      "(`udevadm test-builtin net_id /sys/class/net/NAME` tells which names udev knows for it).",
    steps: [], // it may cut off the way the check came
  }),
};

const named = (lines: readonly string[], word: string): string[] =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

/** `wanted` come up at every boot, `hot` when the card appears; what ifupdown makes itself is neither. */
function configured(lines: readonly string[]): { readonly wanted: string[]; readonly hot: string[] } {
  const made = new Set(lines.flatMap((line, at) => (MAKES.test(line) ? [stanzaOf(lines, at)] : [])));
  const isCard = (name: string) => /^[a-z][\w-]*$/i.test(name) && !VIRTUAL.test(name) && !made.has(name);
  const of = (start: RegExp) => [
    ...new Set(
      lines
        .filter((line) => start.test(line))
        .flatMap((line) => line.trim().split(/\s+/).slice(2))
        .filter(isCard),
    ),
  ];
  return {
    wanted: of(/^ifupdown (auto|allow-auto) /),
    hot: [...of(/^ifupdown allow-hotplug /), ...networkd(lines).filter(isCard)],
  };
}

const networkd = (lines: readonly string[]): string[] =>
  named(lines, "networkd").flatMap((names) => names.split(/\s+/));

const MAKES =
  /^ifupdown (bridge.ports|bond.slaves|vlan.raw.device|pre-up|iface \S+ \S+ (tunnel|v4tunnel|6to4|ppp|wireguard))/;
const VIRTUAL = /^(lo|br|bond|vlan|vmbr|tun|tap|wg|dummy|ppp|sit|gre|virbr|docker|veth|ib)\w*$/i;
const stanzaOf = (lines: readonly string[], at: number): string =>
  lines
    .slice(0, at + 1)
    .findLast((line) => line.startsWith("ifupdown iface "))
    ?.split(/\s+/)[2] ?? "";
