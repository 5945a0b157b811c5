import type { Rule } from "../rule.ts";

export const grubDisk: Rule = {
  id: "grub-disk",
  says: "The disks that upgrades install GRUB onto are there, and are both halves of a mirror",
  because:
    "when the disk of grub-pc/install_devices was replaced, upgrades of GRUB fail or leave its old core on the disk " +
    "that boots: the next boot ends at `grub rescue>`; and half of a mirror without GRUB boots only until the other half dies",
  sources: [
    "bugs.launchpad.net/1891680, a disk that is gone in grub-pc/install_devices",
    "Colin Watson, 2010-06-21: GRUB on several disks, its core older than its modules",
    "debconf(7)",
  ],
  applies: ({ packages, container }) => {
    if (container !== null) return "a container has no boot loader";
    return packages["grub-pc"] !== undefined || "grub-pc is not installed";
  },
  probe: {
    withinMs: 1000,
    run: `[ -d /sys/firmware/efi ] && echo efi
f=/var/cache/debconf/config.dat
[ -r $f ] || { echo unreadable; exit 0; }
sed -n '/^Name: grub-pc\\/install_devices$/,/^$/s/^Value: *//p' $f | tr ',' '\\n' | while read -r d; do
  [ -n "$d" ] || continue
  if [ -b "$d" ]; then r=$(readlink -f "$d"); echo "onto $d \${r##*/}"; else echo "gone $d"; fi
done
under() {
  s=$(readlink -f "$1"); m=$2
  [ "$(cat "$s/md/level" 2>/dev/null)" = raid1 ] && m=mirror
  set -- "$s"/slaves/*
  if [ -e "$1" ]; then for x; do ( under "$x" "$m" ); done
  elif [ -e "$s/partition" ]; then s=\${s%/*}; echo "$m \${s##*/}"
  elif [ -e "$s" ]; then echo "$m \${s##*/}"; fi
}
n=$(mountpoint -d /boot 2>/dev/null) || n=$(mountpoint -d /)
[ -n "$n" ] && under "/sys/dev/block/$n" single
echo looked`,
  },
  judge({ out }) {
    const lines = out.split("\n").filter((line) => line !== "");
    if (lines.includes("efi")) return { is: "not-applicable", because: "the host was booted by UEFI" };
    if (lines.includes("unreadable"))
      return {
        is: "unknown",
        because: "debconf's answers in /var/cache/debconf/config.dat are not to be read",
      };
    if (lines.pop() !== "looked") return { is: "unknown", because: "the probe did not come to its end" };
    const cause = causeOf(lines);
    if (cause !== null) return { is: "fail", cause, found: CAUSES[cause], evidence: lines };
    if (!lines.some((line) => line.startsWith("onto ")))
      return { is: "not-applicable", because: "no disk was named for GRUB to be installed onto" };
    return { is: "pass", evidence: lines };
  },
  remedy: () => ({
    say:
      "`dpkg-reconfigure grub-pc` and choose every disk that the firmware may boot from (whole disks, no partitions); " +
      "then see with `debconf-show grub-pc` that they are named by /dev/disk/by-id.",
    steps: [], // which disk the firmware boots from, the host cannot tell
  }),
};

const CAUSES = {
  gone: "GRUB is to be installed onto a disk that is not there",
  half: "/boot is on a mirror, and a disk of it is not among those that get GRUB",
} as const;

function causeOf(lines: readonly string[]): keyof typeof CAUSES | null {
  if (lines.some((line) => line.startsWith("gone "))) return "gone";
  const onto = lines.filter((line) => line.startsWith("onto ")).map((line) => line.split(" ")[2]);
  const mirror = lines.filter((line) => line.startsWith("mirror ")).map((line) => line.split(" ")[1]);
  const withGrub = mirror.filter((disk) => onto.includes(disk));
  return withGrub.length > 0 && withGrub.length < mirror.length ? "half" : null;
}
