/** Both are run by `sh -s -- TARGET …`, need what every Debian has, and write nothing anywhere. */
const PRELUDE = `LC_ALL=C; PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"; export LC_ALL PATH
unset LANGUAGE ENV BASH_ENV CDPATH
`;

export const DIRECTORY_SCRIPT = `${PRELUDE}
if [ ! -d "$1" ]; then
  if [ -e "$1" ]; then echo 'is other'; else echo 'is nothing'; fi
  echo end; exit
fi
echo 'is directory'
[ -w "$1" ] && [ -x "$1" ] && echo 'writable yes'
findmnt -nro FSTYPE,OPTIONS -T "$1" | tail -n 1 | sed 's/^/mount /'
df -Pk -- "$1" | awk 'NR == 2 { printf "free %.0f\\n", $4 * 1024 }'
echo end
`;

/**
 * TARGET, and `writes` or `reads`. The device's family is itself, its partitions and the disk that it is a
 * partition of: O_EXCL looks at the same. Only perl, of Debian's essential packages, can open with O_EXCL
 * and tell which error it met. A program that has it open may be udev, looking at what came; so only one
 * that still has it a second later counts.
 */
export const DEVICE_SCRIPT = `${PRELUDE}
number() { echo "$((0x$(stat -c %t -- "$1"))):$((0x$(stat -c %T -- "$1")))"; }
plain() { tr -c '[:graph:]\\n' '?'; }

for one in /dev/disk/by-id/*; do
  [ -b "$one" ] && printf 'known %s %s\\n' "\${one##*/}" "$(readlink -f -- "$one")"
done
if [ ! -e "$1" ]; then echo 'is nothing'; echo end; exit; fi
node=$(readlink -f -- "$1")
printf 'node %s\\n' "$node"
if [ ! -b "$node" ]; then echo 'is other'; echo end; exit; fi
echo 'is block'
sys=$(readlink -f "/sys/dev/block/$(number "$node")")
disk=$sys; [ -e "$sys/partition" ] && disk=\${sys%/*}
awk '{ printf "bytes %.0f\\n", $1 * 512 }' "$sys/size"
printf 'read-only %s\\n' "$(cat "$sys/ro")"
printf 'model %s\\n' "$(cat "$disk/device/model" 2>/dev/null)"

family="$sys"
[ "$disk" != "$sys" ] && family="$family $disk"
for part in "$sys"/*/partition; do [ -e "$part" ] && family="$family \${part%/*}"; done
names=; numbers=
for one in $family; do
  names="$names \${one##*/}"; numbers="$numbers $(cat "$one/dev")"
  for holder in "$one"/holders/*; do
    [ -e "$holder" ] || continue
    called=$(cat "$holder/dm/name" 2>/dev/null) || called=\${holder##*/}
    printf 'use held %s %s\\n' "\${one##*/}" "$called"
  done
  for member in /sys/fs/btrfs/*/devices/"\${one##*/}"; do
    [ -e "$member" ] && printf 'use btrfs %s %s\\n' "\${one##*/}" "$(echo "$member" | cut -d / -f 5)"
  done
done

for backing in /sys/block/loop*/loop/backing_file; do
  [ -e "$backing" ] || continue
  below=$(cat "$backing" 2>/dev/null); loop=$(echo "$backing" | cut -d / -f 4)
  for one in $names; do [ "$below" = "/dev/$one" ] && printf 'use loop %s %s\\n' "$one" "$loop"; done
done

cat /proc/[0-9]*/mountinfo 2>/dev/null | awk -v names="$names" -v numbers="$numbers" '
  BEGIN { n = split(names, name, " "); split(numbers, number, " ")
    for (i = 1; i <= n; i++) { by[number[i]] = name[i]; by["/dev/" name[i]] = name[i] } }
  { source = ""; for (i = 7; i < NF; i++) if ($i == "-") { source = $(i + 2); break }
    who = $3 in by ? by[$3] : source in by ? by[source] : ""
    if (who != "" && !seen[who, $5]++) print "use mounted", who, $5 }'
tail -n +2 /proc/swaps 2>/dev/null | while read -r swap rest; do
  [ -b "$swap" ] || continue
  its=$(number "$(readlink -f -- "$swap")")
  for one in $family; do [ "$(cat "$one/dev")" = "$its" ] && printf 'use swap %s %s\\n' "\${one##*/}" "$swap"; done
done

opened() {
  for one in $names; do
    find /proc/[0-9]*/fd -maxdepth 1 -lname "/dev/$one" 2>/dev/null | cut -d / -f 3 | sort -u |
      while read -r pid; do
        printf 'use open %s %s,%s\\n' "$one" "$pid" "$(cat "/proc/$pid/comm" 2>/dev/null | plain)"
      done
  done
}
first=$(opened); if [ -n "$first" ]; then sleep 1; opened; fi

perl -MFcntl -e 'my ($how, $node) = @ARGV;
  my $flags = ($how eq "writes" ? O_RDWR : O_RDONLY) | O_EXCL;
  print sysopen(my $f, $node, $flags) ? "exclusive yes -\\n" : $!{EBUSY} ? "exclusive busy -\\n" : "exclusive failed $!\\n"' \\
  "$2" "$node" || echo 'exclusive failed perl did not run'

found=$(blkid -p -o export -- "$node" 2>/dev/null); came=$?
case $came in
  0) echo "$found" | sed -n 's/^TYPE=/signature /p; s/^PTTYPE=/table /p; s/^LABEL=/label /p' ;;
  2) [ -r "$node" ] || echo 'unread it cannot be read' ;;
  8) echo 'signature several' ;;
  *) echo "unread blkid ended with $came" ;;
esac
wiped=$(wipefs --no-act --noheadings --output TYPE -- "$node" 2>/dev/null) || echo 'unread wipefs failed'
echo "$wiped" | sed -n 's/^  *//; /./s/^/signature /p'
echo end
`;
