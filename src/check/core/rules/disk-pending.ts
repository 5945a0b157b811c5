import type { Rule } from "../rule.ts";

export const diskPending: Rule = {
  id: "disk-pending",
  says: "No disk holds sectors that it cannot read",
  because:
    "a pending sector is data that is already lost unless a mirror has it, and SMART's own verdict stays PASSED: " +
    "found first when a rebuild reads that disk as its last source",
  sources: [
    "smartctl(8)",
    "smartd.conf(5), -C and -U",
    "NVMe base specification, SMART / Health Information log",
  ],
  applies: ({ container }) => container === null || "a container sees its host's disks, or none",
  probe: {
    withinMs: 5000,
    run: `c=$(command -v smartctl)
for d in /sys/block/sd* /sys/block/nvme*n*; do
  [ -e "$d/device" ] || continue
  n=\${d##*/}; case $n in nvme*c*n*) continue ;; esac
  echo "disk $n $(cat "$d/device/model" 2>/dev/null)"
  [ -n "$c" ] || continue
  "$c" -n standby -H -A "/dev/$n" | grep -E -e '^ *(5|196|197|198) [A-Z]' -e '(overall-health|SMART Health Status|Device is in|Critical Warning|Media and Data Integrity Errors).*:?' -e '^(Smartctl open|SMART support is|Unable|.*[Pp]ermission denied)'
done
[ -n "$c" ] || echo notool
echo looked`,
  },
  judge({ out }) {
    const disks = out.split(/^disk /m).slice(1);
    if (disks.length === 0) return { is: "not-applicable", because: "it has no disks of its own (sd, nvme)" };
    if (/^notool$/m.test(out))
      return { is: "unknown", because: "smartctl is not installed: apt install smartmontools" };
    const evidence = disks.filter(tells).map((text) =>
      text
        .trim()
        .split("\n")
        .map((line) => line.trim())
        .join("; "),
    );
    for (const cause of ORDER) {
      const names = disks.filter(CAUSES[cause].is).map((text) => text.split(/\s/)[0]);
      if (names.length > 0)
        return { is: "fail", cause, found: `${names.join(", ")}: ${CAUSES[cause].says}`, evidence };
    }
    if (evidence.length === 0)
      return {
        is: "unknown",
        because: "no disk told its SMART values: it wants root, or a RAID controller stands before them",
      };
    return { is: "pass", evidence };
  },
  remedy: () => ({
    say:
      "See first that backups or the mirror's other half are whole. `smartctl -t long` finds the sectors; writing them anew " +
      "(`mdadm --action=repair`, or the file from a backup) lets the disk replace them. If the number grows, replace the disk.",
    steps: [], // writing to sectors that cannot be read is for a person, after looking at backups
  }),
};

/** Attribute 198 alone is kept by some disks for ever, and 5 and 196 count what was mended. */
const raw = (text: string, id: number): number =>
  Number(
    new RegExp(`^ *${id} [A-Z]\\S* +(?:\\S+ +)+?(?:-|NOW|Past|FAILING_NOW|In_the_past) +(\\d+)`, "m").exec(
      text,
    )?.[1] ?? 0,
  );

const tells = (text: string): boolean => /^ *\d+ [A-Z]|Critical Warning|Health Status/m.test(text);

const CAUSES = {
  failing: {
    says: "says itself that it is failing",
    is: (text: string) =>
      /test result: FAILED|Health Status: (?!OK)\S|Critical Warning: +0x(?!00)/.test(text),
  },
  pending: { says: "has sectors that it cannot read", is: (text: string) => raw(text, 197) > 0 },
  media: {
    says: "has lost data in the past",
    is: (text: string) => /Media and Data Integrity Errors: +(?!0$)[\d,]+/m.test(text),
  },
} as const;
const ORDER = ["failing", "pending", "media"] as const;
