import type { Rule, Step } from "../rule.ts";

export const fstabNofail: Rule = {
  id: "fstab-nofail",
  says: "Every disk that /etc/fstab wants at boot is there, or may be absent",
  because:
    "a line for a disk that was pulled, reformatted or renamed stops the next boot in emergency mode, " +
    "before ssh runs",
  sources: [
    "systemd.mount(5), nofail: otherwise the mount is required by local-fs.target",
    "systemd-fstab-generator(8)",
    "https://bugs.debian.org/802211 (the emergency shell wants the password of root, who may have none)",
  ],
  applies({ container, init }) {
    if (container !== null) return "a container's disks are mounted by its host, whatever fstab says";
    return init === "systemd" || `only systemd stops the boot at a disk that is absent, and init is ${init}`;
  },
  probe: {
    withinMs: 2000,
    // only lines of disks are told: those of network shares may hold passwords
    run: `[ -r /etc/fstab ] || { echo nofstab; exit 0; }
[ -d /dev/disk ] && echo udev
[ "$(id -u)" = 0 ] && grep -q '^root:[!*]' /etc/shadow 2>/dev/null && echo locked
while read -r what where kind options rest || [ -n "$what" ]; do
  name=$(printf %s "\${what#*=}" | sed 's/"//g; s/\\\\040/\\\\x20/g; s,/,\\\\x2f,g')
  case $what in
    UUID=*) at=/dev/disk/by-uuid/$name ;;
    LABEL=*) at=/dev/disk/by-label/$name ;;
    PARTUUID=*) at=/dev/disk/by-partuuid/$(printf %s "$name" | tr A-F a-f) ;;
    PARTLABEL=*) at=/dev/disk/by-partlabel/$name ;;
    /dev/*) at=$what ;;
    *) continue ;;
  esac
  if [ -n "$name" ] && [ -e "$at" ]; then is=there; else is=absent; fi
  printf '%s %s %s %s %s\\n' "$is" "$what" "$where" "$kind" "\${options:-defaults}"
done < /etc/fstab
exit 0`,
  },
  judge({ out }) {
    if (/^nofstab$/m.test(out)) return { is: "not-applicable", because: "there is no /etc/fstab to read" };
    const rows = rowsOf(out);
    if (rows.length === 0) return { is: "pass", evidence: ["/etc/fstab asks for no disk"] };
    if (!/^udev$/m.test(out))
      return { is: "unknown", because: "without /dev/disk nothing tells which are there" };
    const missing = rows.filter(isMissed);
    const stops = missing.filter(({ kind }) => kind !== "swap");
    if (missing.length === 0) return { is: "pass", evidence: rows.map(lineOf) };
    const evidence = missing.map(lineOf);
    if (stops.length === 0)
      return { is: "fail", cause: "swap", found: "The next boot waits for swap that is not there", evidence };
    const cause = /^locked$/m.test(out) ? "locked" : "absent";
    const found = `The next boot waits for ${stops.map(({ where }) => where).join(", ")} and ${ENDS[cause]}`;
    return { is: "fail", cause, found, evidence };
  },
  remedy({ out }) {
    const places = rowsOf(out).filter(isMissed);
    return {
      say:
        `${places.map(({ what }) => what).join(", ")} in /etc/fstab: delete the line if the disk is gone, ` +
        "correct it if the disk has another name now (`lsblk -f`), or let the boot go on without it: " +
        "`nofail,x-systemd.device-timeout=10s` among its options. Then `systemctl daemon-reload`.",
      steps: goOn(places), // the host does without it now: whoever agrees knows that it may start so
    };
  },
};

const ENDS = {
  locked: "ends in emergency mode; root is locked, so the console is shut as well",
  absent: "ends in emergency mode",
} as const;

const EASED = "nofail,x-systemd.device-timeout=10s";
const AGAIN = "[ ! -d /run/systemd/system ] || systemctl daemon-reload";

/** The rows' lines alone, byte for byte but for the options; where there were none, `defaults` were meant. */
const goOn = (rows: readonly Row[]): readonly Step[] => [
  {
    edit: "/etc/fstab",
    by: (content) =>
      content.replace(
        LINE,
        (line, start: string, what: string, where: string, gap = " ", options = "defaults") =>
          rows.some((row) => row.what === what && row.where === where) && !MAY_BE_ABSENT.test(options)
            ? `${start}${gap}${options},${EASED}`
            : line,
      ),
  },
  { run: AGAIN, keeps: [], undo: AGAIN },
];
const LINE = /^([ \t]*([^#\s]\S*)[ \t]+(\S+)[ \t]+\S+)(?:([ \t]+)(\S+))?/gm;

type Row = {
  readonly is: string;
  readonly what: string;
  readonly where: string;
  readonly kind: string;
  readonly options: string;
};

const rowsOf = (out: string): readonly Row[] =>
  [...out.matchAll(/^(there|absent) (\S+) (\S+) (\S+) (\S+)$/gm)].map(
    ([, is = "", what = "", where = "", kind = "", options = ""]) => ({ is, what, where, kind, options }),
  );

/** Network disks are wanted by remote-fs.target, whose failure stops nothing. */
const MAY_BE_ABSENT = /(^|,)(nofail|noauto|_netdev|x-systemd\.automount)(,|$)/;

/** The root is mounted by then, whatever its line says: the kernel's command line names it. */
const isMissed = ({ is, where, options }: Row): boolean =>
  is === "absent" && where !== "/" && !MAY_BE_ABSENT.test(options);

const lineOf = ({ is, what, where, kind, options }: Row): string =>
  `${is}: ${what} ${where} ${kind} ${options}`;
