/** What our scripts are made of. A value that is put into one has a grammar that knows no quote. */
const QUOTABLE = /^[A-Za-z0-9 ._:+=@%/,-]{0,1000}$/;

export function quoted(value: string): string {
  if (!QUOTABLE.test(value))
    throw new Error(`a value that cannot stand in a script: ${JSON.stringify(value)}`);
  return `'${value}'`;
}

/** An errand that ends with this refused before it changed anything. */
export const REFUSED_CODE = 3;
export const TARGET = "/run/rackhand-target";

/** Stands at the front of every script that works on a disk. */
export const SH_HEAD = `set -eu
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
refuse() {
  echo "refused: $*"
  exit 3
}
# progress PERCENT WORDS
progress() {
  echo "@progress $*"
}
# disk_of ID BYTES NAME: the disk with that serial number or WWN, which is looked up anew each time
disk_of() {
  found=
  for name in $(lsblk --nodeps --noheadings --output NAME,TYPE | sed -n 's/ *disk *$//p'); do
    for word in SERIAL WWN; do
      said=$(lsblk --nodeps --noheadings --output $word "/dev/$name" | sed 's/^ *//; s/ *$//')
      [ "$said" = "$1" ] || continue
      [ -z "$found" ] || [ "$found" = "$name" ] || { echo "refused: $found and $name both say $1" >&2; exit 3; }
      found=$name
    done
  done
  [ -n "$found" ] || { echo "refused: no disk has the serial number $1" >&2; exit 3; }
  bytes=$(blockdev --getsize64 "/dev/$found")
  [ "$bytes" = "$2" ] || { echo "refused: $found has $bytes bytes, the plan was made for $2" >&2; exit 3; }
  printf '%s' "$found"
}
# part_of DISK NUMBER
part_of() {
  case $1 in
    *[0-9]) printf '/dev/%sp%s' "$1" "$2" ;;
    *) printf '/dev/%s%s' "$1" "$2" ;;
  esac
}
`;
