import type { Rule } from "../rule.ts";

const HEAL = "systemd-tmpfiles --create --prefix /var/log/journal";

export const journalReadable: Rule = {
  id: "journal-readable",
  says: "The groups adm and systemd-journal can read the persistent journal",
  because:
    "a /var/log/journal made by hand keeps rights of its own: everybody but root sees an empty journal, and says so to nobody",
  sources: [
    "systemd-journald.service(8), Access control",
    "tmpfiles.d/systemd.conf",
    "README.Debian of systemd",
  ],
  applies: ({ init }) => init === "systemd" || `journald comes with systemd, and init is ${init}`,
  probe: {
    withinMs: 1000,
    run: `d=/var/log/journal; [ -d $d ] || { echo none; exit 0; }
f=$d/$(cat /etc/machine-id)/system.journal
[ -e "$f" ] || { echo nofile; exit 0; }
[ "$(id -u)" = 0 ] || { echo notroot; exit 0; }
command -v setpriv >/dev/null || { echo nosetpriv; exit 0; }
for g in adm systemd-journal; do
  n=$(getent group $g | cut -d: -f3); [ -n "$n" ] || continue
  if setpriv --reuid 65534 --regid 65534 --groups "$n" test -r "$f"; then echo "reads $g"; else echo "denied $g"; fi
done
stat -c 'mode %a %U:%G %n' $d "\${f%/*}" "$f"
m=$(stat -c %m $d); awk -v m="$m" '$2 == m { l = $3 " " $4 } END { print "fs", l }' /proc/mounts
command -v getfacl >/dev/null && getfacl -cp "$f" 2>/dev/null | sed -n 's/^\\(group:.*\\|mask.*\\)$/acl \\1/p'
exit 0`,
  },
  judge({ out }) {
    const lines = out.split("\n").filter((line) => line !== "");
    const [first] = lines;
    if (first === "none") return { is: "not-applicable", because: "there is no persistent journal" };
    if (first === undefined || UNKNOWN[first] !== undefined)
      return { is: "unknown", because: UNKNOWN[first ?? ""] ?? "the probe said nothing" };
    const denied = lines.flatMap((line) => /^denied (.+)/.exec(line)?.[1] ?? []);
    if (denied.length === 0) return { is: "pass", evidence: lines };
    const isMasked = lines.some((line) => /^acl group:.*#effective:---/.test(line));
    const isByHand = lines.some((line) => /^mode \d+ root:root \/var\/log\/journal$/.test(line));
    const cause =
      hasNoAcls(out) && denied.join() === "adm"
        ? "no-acl"
        : isMasked
          ? "mask"
          : isByHand
            ? "by-hand"
            : "acl-lost";
    return {
      is: "fail",
      cause,
      found: `${denied.join(" and ")} cannot read it: ${CAUSES[cause]}`,
      evidence: lines,
    };
  },
  remedy: ({ out }) => ({
    say:
      hasNoAcls(out) && !/^denied systemd-journal$/m.test(out)
        ? NO_ACLS
        : `Run \`${HEAL}\` as root: it gives directories and files the rights that Debian ships; the next rotation inherits them.`,
    steps:
      hasNoAcls(out) && !/^denied systemd-journal$/m.test(out)
        ? []
        : [{ run: HEAL, keeps: ["/var/log/journal"] }],
  }),
};

/** A file system that keeps none, or was told so. */
const hasNoAcls = (out: string): boolean =>
  /^fs (?:(?:vfat|msdos|exfat|ramfs|9p|ntfs\S*) |.*\bnoacl\b)/m.test(out);
const NO_ACLS =
  "Put the readers into the group systemd-journal (`adduser USER systemd-journal`): this file system keeps no ACLs, so systemd-tmpfiles cannot give " +
  "adm its right; or mount it with ACLs.";

const UNKNOWN: Readonly<Record<string, string>> = {
  nofile: "the journal of this machine has no file yet",
  notroot: "only root can try whether others may read it",
  nosetpriv: "setpriv of util-linux is missing there",
};
const CAUSES = {
  mask: "an ACL's mask takes the right away that the ACL gives",
  "by-hand": "the directory was made by hand, without the group systemd-journal",
  "no-acl": "the file system keeps no ACLs",
  "acl-lost": "the ACL for that group is gone",
} as const;
