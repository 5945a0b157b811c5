import type { Rule } from "../rule.ts";

export const mdDegraded: Rule = {
  id: "md-degraded",
  says: "Every software RAID array has all its disks, or is getting them back",
  because:
    "an array that has lost a disk works on without a word: the mail goes to a root whose mail nobody reads, and the next disk takes the data with it",
  sources: [
    "kernel: Documentation/admin-guide/md.rst, degraded, sync_action and array_state",
    "mdadm(8), --monitor; mdadm.conf(5), MAILADDR",
  ],
  applies: ({ container }) => container === null || "a container has its host's arrays",
  probe: {
    withinMs: 1000,
    run: `[ -e /proc/mdstat ] || { echo none; exit 0; }
for m in /sys/block/md*/md; do
  [ -d "$m" ] || continue
  n=\${m%/md}; v() { cat "$m/$1" 2>/dev/null || echo -; }
  echo "md \${n##*/} level=$(v level) state=$(v array_state) disks=$(v raid_disks) degraded=$(v degraded) action=$(v sync_action)"
done
sed -n '/^md/,/^$/p' /proc/mdstat
cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -aq 'mdadm[^/]*--monitor' && echo monitored
echo looked`,
  },
  judge({ out }) {
    const lines = out.split("\n").filter((line) => line !== "");
    if (lines[0] === "none") return NONE;
    if (lines.pop() !== "looked") return { is: "unknown", because: "the probe did not come to its end" };
    const arrays = lines.flatMap(arrayOf);
    if (arrays.length === 0) return NONE;
    for (const cause of ORDER) {
      const names = arrays.filter((array) => causeOf(array) === cause).map(({ name }) => name);
      const unseen = lines.includes("monitored") ? "" : "; no mdadm --monitor runs to tell anybody";
      if (names.length > 0)
        return {
          is: "fail",
          cause,
          found: `${names.join(", ")}: ${CAUSES[cause]}${unseen}`,
          evidence: lines,
        };
    }
    return { is: "pass", evidence: lines };
  },
  remedy: ({ out }) => ({
    say:
      "`mdadm --detail /dev/MD` tells which disk is gone; look at its SMART data and cable, take it out (`mdadm /dev/MD --remove DISK`), and add " +
      `a whole one (\`mdadm /dev/MD --add DISK\`); then see /proc/mdstat rebuild.${/^monitored$/m.test(out) ? "" : " Let `mdadm --monitor` run, with a MAILADDR that somebody reads."}`,
    steps: [], // which disk goes is for a person to say
  }),
};

const NONE = { is: "not-applicable", because: "there is no software RAID" } as const;
const CAUSES = {
  inactive: "is not running, for disks are missing",
  degraded: "runs without one of its disks, and none is coming back",
} as const;
const ORDER = ["inactive", "degraded"] as const;
type Md = { readonly name: string; readonly at: ReadonlyMap<string, string> };

function arrayOf(line: string): Md[] {
  const [, name, rest] = /^md (\S+) (level=.*)$/.exec(line) ?? [];
  if (name === undefined) return [];
  return [{ name, at: new Map(rest!.split(" ").map((pair) => pair.split("=", 2) as [string, string])) }];
}

/** A container of external metadata has no level, and never runs itself; who rebuilds is being mended already. */
function causeOf({ at }: Md): keyof typeof CAUSES | null {
  if (at.get("level") === "container" || at.get("state") === "clear") return null;
  if (at.get("state") === "inactive") return "inactive";
  const isComing = /^(recover|resync|reshape)/.test(at.get("action") ?? "");
  return Number(at.get("degraded")) > 0 && !isComing ? "degraded" : null;
}
