import type { DiskPlan } from "./disk-plan.ts";
import { quoted } from "./sh.ts";

/** Finds the disks as $disks, or refuses. */
export const findDisks = (disks: DiskPlan["disks"]): string =>
  [
    ...disks.map(({ id, bytes }, place) => `disk${place + 1}=$(disk_of ${quoted(id)} ${bytes})`),
    `disks="${disks.map((_, place) => `$disk${place + 1}`).join(" ")}"`,
    "",
  ].join("\n");

/** Whatever would be destroyed beside the disks that were named is looked for before anything is written. */
export const FREE = `
umount --recursive /run/rackhand-target 2>/dev/null || true
is_named() {
  for disk in $disks; do [ "$1" = "$disk" ] && return 0; done
  return 1
}
members=$(pvs --noheadings --options pv_name,vg_name)
# disks_of GROUP
disks_of() {
  for member in $(echo "$members" | awk -v group="$1" '$2 == group { print $1 }'); do
    lsblk --inverse --noheadings --raw --output NAME,TYPE "$member" | sed -n 's/ disk$//p'
  done
}
for disk in $disks; do
  mounted=$(lsblk --noheadings --raw --output MOUNTPOINTS "/dev/$disk" | grep . | head -n 1) || true
  [ -z "$mounted" ] || refuse "/dev/$disk is in use: $mounted"
  lsblk --noheadings --raw --paths --output NAME,TYPE "/dev/$disk" | while read -r device type; do
    [ "$type" = disk ] || [ "$type" = part ] && continue
    for below in $(lsblk --inverse --noheadings --raw --output NAME,TYPE "$device" | sed -n 's/ disk$//p'); do
      is_named "$below" || refuse "$device on /dev/$disk lies on /dev/$below too, which was not named"
    done
  done
  for group in $(echo "$members" |
      awk -v disk="^/dev/$disk(p?[0-9]+)?$" '$1 ~ disk && $2 != "" { print $2 }' | sort -u); do
    for below in $(disks_of "$group"); do
      is_named "$below" || refuse "the volume group $group of /dev/$disk lies on /dev/$below too, which was not named"
    done
  done
done
`;

/** Takes apart what stands on the disks, from the top down. */
export const TAKE_APART = `
udevadm settle --timeout 30 || true
for disk in $disks; do
  lsblk --noheadings --list --paths --output NAME,TYPE "/dev/$disk" | tac | while read -r device type; do
    case $type in
      disk | part) ;;
      raid*) mdadm --quiet --stop "$device" || true ;;
      *) dmsetup remove --retry "$device" || true ;;
    esac
  done
done
`;
