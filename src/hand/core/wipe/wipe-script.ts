import type { DiskPlan } from "../imaging/disk-plan.ts";
import { FREE, findDisks, TAKE_APART } from "../imaging/free-disks.ts";
import { SH_HEAD } from "../imaging/sh.ts";

/** How a disk is erased. `auto` takes the first that it can, and the next one when reading back shows data. */
export const WIPE_METHODS = ["auto", "blkdiscard", "nvme-format", "secure-erase", "overwrite"] as const;
export type WipeMethod = (typeof WIPE_METHODS)[number];
/** What is read again afterwards: places all over the disk, or every byte of it. */
export const READ_BACKS = ["sample", "all"] as const;
export type ReadBack = (typeof READ_BACKS)[number];

export type WipePlan = {
  readonly disks: DiskPlan["disks"];
  readonly method: WipeMethod;
  readonly readBack: ReadBack;
};

/** An errand that ends with this erased in vain: something still reads as it did before. */
const NOT_ERASED_CODE = 4;

/**
 * Erases disks, and proves it by reading back: marks are written all over a disk first. So a drive that says
 * yes and does nothing is found out, and one that changed its key is known, though nothing reads as zeros.
 * Nothing is written before each disk is found, free, and can be erased so.
 */
export function wipeScript({ disks, method, readBack }: WipePlan): string {
  return [
    ...[SH_HEAD, findDisks(disks), FREE],
    `method=${method} readback=${readBack}\n`,
    ...[ABILITIES, CHOICE, TAKE_APART, READING, ERASING, EACH],
  ].join("");
}

/** Each says why not; nothing when it can. */
const ABILITIES = `
queue_of() {
  cat "/sys/block/$1/queue/$2" 2>/dev/null || echo 0
}
why_not_blkdiscard() {
  [ "$(queue_of "$1" discard_max_bytes)" -gt 0 ] || echo "it takes no discards"
}
# id_of DISK FIELD: a number of the controller's, such as its optional commands (NVMe Base, 5.17.2.1)
id_of() {
  nvme id-ctrl "/dev/$1" 2>/dev/null | sed -n "s/^$2 *: *//p"
}
why_not_nvme_format() {
  case $1 in nvme*) ;; *) echo "it is no NVMe disk" && return ;; esac
  oacs=$(id_of "$1" oacs) fna=$(id_of "$1" fna)
  [ $((oacs & 2)) -ne 0 ] || { echo "its controller has no Format NVM" && return; }
  controller=$(echo "$1" | sed 's/n[0-9]*$//')
  others=$(ls /sys/block | grep "^$controller"n | grep -vcx "$1") || true
  [ $((fna & 3)) -eq 0 ] || [ "$others" -eq 0 ] ||
    echo "its controller formats all namespaces at once, and it has $others more"
}
security_of() {
  hdparm -I "/dev/$1" 2>/dev/null | sed -n '/^Security:/,/^[A-RT-Z]/p'
}
why_not_secure_erase() {
  case $1 in nvme* | vd* | xvd*) echo "it is no ATA disk" && return ;; esac
  security=$(security_of "$1")
  has() {
    echo "$security" | grep -q "^[[:space:]]*$1"
  }
  has 'supported$' || { echo "it has no ATA security" && return; }
  has frozen && echo "the firmware froze its ATA security until the next power cycle" && return
  # a password of ours is left behind when the power failed in the middle
  has enabled || return 0
  hdparm --user-master u --security-unlock rackhand "/dev/$1" >/dev/null 2>&1 ||
    echo "it has an ATA password of somebody's"
}
why_not_overwrite() {
  [ "$(cat "/sys/block/$1/ro" 2>/dev/null || echo 0)" = 0 ] || echo "it is read-only"
}
why_not() {
  "why_not_$(echo "$1" | tr - _)" "$2"
}
# ways_of DISK: what auto tries, the surest first; a disk that turns forgets nothing by discards
ways_of() {
  case $1 in
    nvme*) echo nvme-format blkdiscard overwrite ;;
    vd* | xvd* | loop*) echo blkdiscard overwrite ;;
    *) [ "$(queue_of "$1" rotational)" = 1 ] && echo secure-erase overwrite ||
      echo secure-erase blkdiscard overwrite ;;
  esac
}
`;

const CHOICE = `
if [ $method != auto ]; then
  for disk in $disks; do
    why=$(why_not $method "$disk")
    [ -z "$why" ] || refuse "$disk cannot be erased by $method: $why"
  done
fi
`;

const READING = `
work=$(mktemp -d /run/rackhand-wipe.XXXXXX)
trap 'rm -rf "$work"' EXIT
MIB=1048576
head -c $MIB /dev/zero >"$work/zeros"
head -c 4096 /dev/urandom >"$work/mark"
# places_of BYTES: where it is looked, the first and the last MiB among them
places_of() {
  count=$(($1 / MIB))
  [ $count -le 256 ] || count=256
  last=$((($1 - MIB) / 4096 * 4096)) i=0
  while [ $i -lt $count ]; do
    [ $count -eq 1 ] && echo 0 || echo $((last / 4096 * i / (count - 1) * 4096))
    i=$((i + 1))
  done
}
mark() {
  marked=
  for at in $(places_of "$bytes"); do
    dd if="$work/mark" of="/dev/$1" bs=4096 seek=$((at / 4096)) conv=notrunc,fsync status=none 2>/dev/null || continue
    marked="$marked $at"
  done
  blockdev --flushbufs "/dev/$1"
}
# look DISK: how many places there are, and read as marked, as zeros, or not at all
look() {
  blockdev --flushbufs "/dev/$1"
  places=0 kept=0 zeros=0 unread=0
  for at in $marked; do
    places=$((places + 1))
    if ! dd if="/dev/$1" of="$work/read" bs=$MIB count=1 iflag=direct,skip_bytes skip="$at" status=none 2>/dev/null; then
      unread=$((unread + 1))
    elif cmp -s -n 4096 "$work/read" "$work/mark"; then
      kept=$((kept + 1))
    elif cmp -s "$work/read" "$work/zeros"; then
      zeros=$((zeros + 1))
    fi
  done
}
# all_zeros DISK: every byte
all_zeros() {
  at=0
  while [ $at -lt "$bytes" ]; do
    part=$((bytes - at))
    [ $part -le $((1024 * MIB)) ] || part=$((1024 * MIB))
    dd if="/dev/$1" bs=$((4 * MIB)) count=$part iflag=direct,skip_bytes,count_bytes skip=$at status=none |
      cmp -s -n $part - /dev/zero || return 1
    at=$((at + part))
    progress $((at / (bytes / 100))) "reading $1 back"
  done
}
`;

/** Their own words stand in the output: what a drive says is the only reason that there is. */
const ERASING = `
do_blkdiscard() {
  blkdiscard "/dev/$1"
}
do_nvme_format() {
  # its key is thrown away where it has one (bit 2), else its blocks are erased
  kind=1 fna=$(id_of "$1" fna)
  [ $((fna & 4)) -eq 0 ] || kind=2
  nvme format "/dev/$1" --ses=$kind --force --timeout=7200000
}
do_secure_erase() {
  erase=--security-erase
  security_of "$1" | grep -q 'supported: enhanced erase' && erase=--security-erase-enhanced
  hdparm --user-master u --security-set-pass rackhand "/dev/$1" &&
    hdparm --user-master u $erase rackhand "/dev/$1" && return 0
  hdparm --user-master u --security-disable rackhand "/dev/$1" # or it stays locked
  return 1
}
# once, with zeros: what NIST SP 800-88 calls clear
do_overwrite() {
  at=0
  while [ $at -lt "$bytes" ]; do
    part=$((bytes - at))
    [ $part -le $((256 * MIB)) ] || part=$((256 * MIB))
    dd if=/dev/zero of="/dev/$1" bs=$((4 * MIB)) count=$part iflag=count_bytes oflag=direct,seek_bytes seek=$at \
      conv=notrunc,fsync status=none || return 1
    at=$((at + part))
    progress $((at / (bytes / 100))) "overwriting $1"
  done
}
# @wiped DISK METHOD PLACES KEPT ZEROS UNREAD all|sample
erase() {
  progress 0 "erasing $1 by $2"
  mark "$1"
  [ -n "$marked" ] || { echo "$1: no mark can be written on it" && return 1; }
  "do_$(echo "$2" | tr - _)" "$1" || { echo "$1: $2 failed" && return 1; }
  blockdev --rereadpt "/dev/$1" 2>/dev/null || true
  look "$1"
  whole=sample
  [ "$readback$kept$unread" != all00 ] || [ $zeros -ne $places ] || ! all_zeros "$1" || whole=all
  [ $kept -eq 0 ] || { echo "$1: $2 says that it is done, and $kept of $places places read as before" && return 1; }
  [ $unread -eq 0 ] || { echo "$1: $unread of $places places cannot be read back" && return 1; }
  if [ $zeros -ne $places ] || [ "$readback$whole" = allsample ]; then
    case $2 in
      nvme-format | secure-erase) ;; # another key reads as anything but the mark
      *) echo "$1: $2 says that it is done, and it does not read as zeros" && return 1 ;;
    esac
  fi
  echo "@wiped $1 $2 $places $kept $zeros $unread $whole"
}
`;

const EACH = `
left=
for disk in $disks; do
  for holder in $(ls "/sys/block/$disk/holders" "/sys/block/$disk/$disk"*/holders 2>/dev/null | grep -v : || true); do
    refuse "/dev/$disk is in use by $holder"
  done
done
for disk in $disks; do
  bytes=$(blockdev --getsize64 "/dev/$disk") erased=
  for way in $([ $method = auto ] && ways_of "$disk" || echo $method); do
    why=$(why_not "$way" "$disk")
    [ -z "$why" ] || { echo "$disk: not by $way: $why" && continue; }
    erase "$disk" "$way" && erased=$way && break
  done
  [ -n "$erased" ] || left="$left $disk"
done
[ -z "$left" ] || { echo "NOT erased:$left" && exit ${NOT_ERASED_CODE}; }
progress 100 erased
`;
