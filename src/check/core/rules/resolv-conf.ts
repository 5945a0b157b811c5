import { resolvedSteps } from "../resolved-steps.ts";
import type { Facts, Rule } from "../rule.ts";

export const resolvConf: Rule = {
  id: "resolv-conf",
  says: "/etc/resolv.conf leads to a resolver, and where that is this host itself, it listens",
  because:
    "behind a link to nowhere, or a stub that nobody serves, no name resolves: apt, chrony, mail and backups fail, each with an error of its own",
  sources: [
    "resolv.conf(5)",
    "systemd-resolved.service(8), /etc/resolv.conf",
    "Release notes for Debian 12: systemd-resolved has been split into a separate package",
    "https://bugs.debian.org/939904 (its package takes over /etc/resolv.conf)",
  ],
  applies: () => true,
  probe: {
    withinMs: 1000,
    run: `f=/etc/resolv.conf
[ -L $f ] && echo "link $(readlink $f)"
if [ ! -e $f ]; then echo nofile; elif [ -r $f ]; then sed -n 's/^[[:space:]]*nameserver/conf &/p' $f; else echo unreadable; fi
[ -r /proc/net/udp ] || echo noproc
for p in udp udp6; do
  sed -n 's/^ *[0-9]*: \\([0-9A-F]*\\):0035 .*/port53 \\1/p' /proc/net/$p 2>/dev/null
done | sort -u
r=/run/systemd/resolve/resolv.conf; c=/etc/systemd/resolved.conf u=/etc/systemd/system
[ -e $r ] && echo "resolved $({ cat $r; grep -hs '^FallbackDNS=.' $c $c.d/*.conf; } | grep -Ec '^(nameserver|Fallback)')"
[ "$(readlink $u/systemd-resolved.service)" = /dev/null ] && echo masked
for l in $u/*.target.wants/systemd-resolved.service; do [ -L "$l" ] && echo enabled && break; done
echo looked`,
  },
  judge({ out }, facts) {
    const lines = out.split("\n").filter((line) => line !== "");
    const unsure = UNKNOWN.find(([word]) => lines.includes(word));
    if (lines.pop() !== "looked") return { is: "unknown", because: "the probe did not come to its end" };
    const named = lines.flatMap((line) => NAMESERVER.exec(line)?.[1] ?? []).slice(0, MOST_SERVERS);
    const asked = named.length === 0 ? [DEFAULT_SERVER] : named;
    if (asked.some((server) => !isOwn(server))) return { is: "pass", evidence: lines };
    if (unsure !== undefined) return { is: "unknown", because: unsure[1] };
    const serving = asked.filter((server) => isServed(server, lines));
    const cause = serving.length === 0 ? causeOf(lines, named) : "no-upstream";
    if (serving.length > 0 && !(lines.includes("resolved 0") && serving.every(isStub)))
      return { is: "pass", evidence: lines };
    return { is: "fail", cause, found: CAUSES[cause], evidence: [...lines, ...resolvedState(facts)] };
  },
  remedy: (heard, facts) => {
    const verdict = resolvConf.judge(heard, facts);
    if (verdict.is !== "fail") return { say: "", steps: [] };
    if (verdict.cause === "no-upstream") return { say: UPSTREAM, steps: [] };
    return {
      say: `${waysOf(facts)}, or write \`nameserver ADDRESS\` lines, not indented, into a file in its place, which under sysvinit is the only way.`,
      steps: resolvedSteps(verdict.cause, heard.out, facts), // else which resolver this host is to ask, a person knows
    };
  },
};

const isInstalled = ({ packages }: Facts): boolean => packages["systemd-resolved"] !== undefined;
/** systemd-resolved runs under systemd alone, though its package may be there without. */
const waysOf = (facts: Facts): string =>
  facts.init === "systemd" ? (isInstalled(facts) ? START : INSTALL) : OTHER;
const OTHER = "Start the local resolver that it means";
const START = "Run `systemctl enable --now systemd-resolved`, or start the local resolver that it means";
const UPSTREAM =
  "Give systemd-resolved a server: `DNS=ADDRESS` in /etc/systemd/resolved.conf.d/, or let networkd or NetworkManager hand on what DHCP told, then `systemctl restart systemd-resolved`; or write `nameserver ADDRESS` into a file in its place, which under sysvinit is the only way.";
const INSTALL = "Install systemd-resolved, or start the local resolver that it means";

/** glibc and musl read the word at a line's first column only, and the first three of them. */
const NAMESERVER = /^conf nameserver[ \t]+(\d+(?:\.\d+){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*(?:%\S+)?)/;
const MOST_SERVERS = 3;
/** resolv.conf(5): with no nameserver, the one on this machine is asked. */
const DEFAULT_SERVER = "127.0.0.1";
/** Docker's own resolver listens on another port, and packets are led there. */
const DOCKERS = "127.0.0.11";

const UNKNOWN = [
  ["unreadable", "who logged in may not read the file"],
  ["noproc", "/proc/net/udp, which tells who listens, cannot be read"],
] as const;
const CAUSES = {
  dangling: "it is a link to a file that is not there, and no resolver listens on this host",
  stub: "it names the stub of systemd-resolved, and nobody listens there",
  local: "it names a resolver on this host, and nobody listens there",
  "no-upstream": "systemd-resolved serves it, and knows no server to ask itself",
  "no-nameserver": "it names no nameserver, and no resolver listens on this host",
} as const;

function causeOf(lines: readonly string[], named: readonly string[]): keyof typeof CAUSES {
  if (lines.includes("nofile") && lines.some((line) => line.startsWith("link "))) return "dangling";
  if (named.length === 0) return "no-nameserver";
  return named.some(isStub) ? "stub" : "local";
}

const resolvedState = ({ packages }: Facts): string[] => {
  if (Object.keys(packages).length === 0) return [];
  return [`package systemd-resolved ${packages["systemd-resolved"] ?? "not installed"}`];
};

const isStub = (server: string): boolean => /^127\.0\.0\.5[34]$/.test(server);
const isOwn = (server: string): boolean =>
  server !== DOCKERS && (server.startsWith("127.") || server === "::1");

/** The kernel writes addresses as the processor holds them: both orders are looked for, and the wildcards. */
function isServed(server: string, lines: readonly string[]): boolean {
  const listens = (address: string): boolean => lines.includes(`port53 ${address}`);
  if (listens(WILDCARD_6)) return true;
  if (server === "::1") return listens(LOOPBACK_6) || listens(LOOPBACK_6_BIG);
  const bytes = server.split(".").map((byte) => Number(byte).toString(16).padStart(2, "0").toUpperCase());
  return listens("00000000") || listens(bytes.join("")) || listens(bytes.reverse().join(""));
}
const WILDCARD_6 = "0".repeat(32);
const LOOPBACK_6 = `${"0".repeat(24)}01000000`;
const LOOPBACK_6_BIG = `${"0".repeat(31)}1`;
