import type { Facts, Rule } from "../rule.ts";

const MOST_SECONDS_OFF = 5;
const SETTLES_SECONDS = 900; // a daemon may need that long after the boot

export const clockKept: Rule = {
  id: "clock-kept",
  says: "One program keeps the clock, and has found a server that it believes",
  because:
    "a minimal Debian has no NTP client since 11, and a clock that drifts breaks certificates, one-time codes, Kerberos and every comparison of logs",
  sources: [
    "https://bugs.debian.org/805927 and https://bugs.debian.org/947936 (since Debian 11 systemd-timesyncd is a package of its own)",
    "chronyc(1), tracking; ntpq(8), sync_ntp; systemd-timesyncd.service(8), /run/systemd/timesync/synchronized",
  ],
  applies: ({ container }) => container === null || "a container's clock is its host's",
  probe: {
    withinMs: 4000,
    // All of it asks daemons on the host itself.
    run: `cut -d. -f1 /proc/uptime | sed 's/^/uptime /'
for p in /proc/[0-9]*; do
  read -r c <"$p/comm" || continue
  case $c in chronyd|ntpd|openntpd|systemd-timesyn|ptp4l|phc2sys|timemaster|vmtoolsd|VGAuthService) echo "runs $c" ;; esac
done 2>/dev/null | sort -u
grep -rsqE '^[^#]*(ntpdate|ntpdig|sntp|rdate|chronyd +-q)' /etc/crontab /etc/cron.d /etc/cron.hourly /etc/cron.daily \\
  /var/spool/cron/crontabs && echo cron
command -v chronyc >/dev/null && timeout 1 chronyc -n tracking 2>&1 | sed -n 's/^\\(Reference ID\\|Stratum\\|Ref time (UTC)\\|System time\\|Leap status\\|[0-9]* .*\\) *: */chrony \\1: /p'
command -v ntpq >/dev/null && timeout 2 ntpq -n -c 'rv 0 stratum,offset' 2>&1 | head -n 3 | sed 's/^/ntpq /'
[ -e /run/systemd/timesync/synchronized ] && echo "timesyncd synchronized $(stat -c %y /run/systemd/timesync/synchronized)"
echo looked`,
  },
  judge({ out }, facts) {
    const lines = out.split("\n").filter((line) => line !== "");
    if (lines.at(-1) !== "looked") return { is: "unknown", because: "the probe did not come to its end" };
    const keepers = KEEPERS.filter(({ comm }) => lines.some((line) => comm.test(line)));
    const [keeper, other] = keepers;
    const fail = (cause: keyof typeof SAY, found: string) =>
      ({ is: "fail", cause, found, evidence: lines }) as const;
    if (keeper === undefined) {
      if (lines.includes("runs vmtoolsd"))
        return { is: "unknown", because: "VMware's tools run, and may keep the clock after their host's" };
      if (lines.includes("cron")) return { is: "unknown", because: "a cron job sets the clock now and then" };
      return fail("nobody", `nothing keeps the clock${apart(facts)}`);
    }
    if (other !== undefined)
      return fail("two", `${keepers.map(({ name }) => name).join(" and ")} both set the clock`);
    if (lines.some((line) => line.startsWith("chrony Reference ID: 7F7F01")))
      return {
        is: "unknown",
        because: "chrony follows its own clock (`local`), as the server of an island does",
      };
    const is = keeper.synchronised(lines);
    if (is === null)
      return {
        is: "unknown",
        because: `${keeper.name} runs, and does not say whether it has found a server`,
      };
    if (!is) {
      const uptime = Number(lines.find((line) => line.startsWith("uptime "))?.slice(7));
      if (uptime < SETTLES_SECONDS)
        return {
          is: "unknown",
          because: `the host has run for ${uptime} s only, and ${keeper.name} may still be looking`,
        };
      return fail("unsynchronised", `${keeper.name} runs, and believes no server${apart(facts)}`);
    }
    if (Math.abs(facts.clockOff ?? 0) > MOST_SECONDS_OFF)
      return fail("apart", `${keeper.name} believes a server${apart(facts)}: one of the two clocks is wrong`);
    return { is: "pass", evidence: lines };
  },
  remedy: (heard, facts) => {
    const verdict = clockKept.judge(heard, facts);
    return { say: verdict.is === "fail" ? SAY[verdict.cause as keyof typeof SAY] : "", steps: [] }; // which server, a person knows
  },
};

const apart = ({ clockOff }: Facts): string =>
  clockOff === null || Math.abs(clockOff) <= MOST_SECONDS_OFF ? "" : `; its clock is ${clockOff} s from ours`;

type Keeper = {
  readonly name: string;
  readonly comm: RegExp;
  readonly synchronised: (lines: readonly string[]) => boolean | null;
};
/** null: it does not say. */
const KEEPERS: readonly Keeper[] = [
  {
    name: "chrony",
    comm: /^runs chronyd$/,
    synchronised: said("chrony Leap status: ", /Normal|Insert second|Delete second/),
  },
  { name: "ntpd", comm: /^runs ntpd$/, synchronised: said("ntpq stratum=", /^([1-9]|1[0-5]),/) },
  { name: "openntpd", comm: /^runs openntpd$/, synchronised: () => null },
  {
    name: "systemd-timesyncd",
    comm: /^runs systemd-timesyn$/,
    synchronised: (lines) => lines.some((line) => line.startsWith("timesyncd synchronized ")),
  },
  { name: "linuxptp", comm: /^runs (phc2sys|timemaster)$/, synchronised: () => null },
];

function said(start: string, good: RegExp) {
  return (lines: readonly string[]): boolean | null => {
    const answers = lines.filter((line) => line.startsWith(start));
    return answers.length === 0 ? null : answers.some((line) => good.test(line.slice(start.length)));
  };
}

const SAY = {
  nobody:
    "Install one: `apt-get install chrony`, and name your own servers in /etc/chrony/sources.d if the host does not reach the Internet.",
  two: "Keep one of them, and remove the other's package: each undoes what the other does.",
  unsynchronised:
    "Look at its servers (`chronyc -n sources`, `ntpq -pn`): port 123/udp is closed on the way, or their names do not resolve.",
  apart:
    "Compare both with a third (`chronyc -n sources` on each): the one that is wrong believes a server that is.",
} as const;
