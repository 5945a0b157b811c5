/**
 * Run by `sh -s -- TARGET all|moment`, TARGET a directory or a block device. It reads, writes nothing, and looks at
 * processes and disks twice, a second apart. Of processes only the kernel's short name is told: arguments
 * may hold secrets.
 */
export const ENVIRONMENT_SCRIPT = `LC_ALL=C; PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"; export LC_ALL PATH
unset LANGUAGE ENV BASH_ENV CDPATH
say() { [ -n "$2" ] && printf 'set %s %s\\n' "$1" "$2"; }
first() { cat "$@" 2>/dev/null | sort -u | paste -s -d , -; }
chosen() { sed -n 's/.*\\[\\([^]]*\\)\\].*/\\1/p' "$@" 2>/dev/null | sort -u | paste -s -d , -; }
cpus=/sys/devices/system/cpu

machine_settings() {
  say kernel "$(uname -rv)"
  say arch "$(uname -m)"
  say processor "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sort -u | paste -s -d , -)"
  say processors "$(nproc --all)"
  say memory "$(awk '$1 == "MemTotal:" { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)"
  virt=$(systemd-detect-virt 2>/dev/null)
  if [ -z "$virt" ]; then
    virt=unknown; grep -qw hypervisor /proc/cpuinfo && virt='a virtual machine'
  fi
  [ "$virt" = none ] && virt=metal
  say machine "$virt"
  say governor "$(first $cpus/cpu[0-9]*/cpufreq/scaling_governor)"
  if [ -r $cpus/intel_pstate/no_turbo ]; then
    if [ "$(cat $cpus/intel_pstate/no_turbo)" = 0 ]; then say turbo on; else say turbo off; fi
  elif [ -r $cpus/cpufreq/boost ]; then
    if [ "$(cat $cpus/cpufreq/boost)" = 1 ]; then say turbo on; else say turbo off; fi
  fi
  say threads "$(cat $cpus/smt/control 2>/dev/null)"
  say huge-pages "$(chosen /sys/kernel/mm/transparent_hugepage/enabled)"
  say vulnerable "$(grep -l '^Vulnerable' $cpus/vulnerabilities/* 2>/dev/null | sed 's|.*/||' | paste -s -d , -)"
  say fio "$(fio --version 2>/dev/null)"
}

disk_settings() {
  each() { for disk in $disks; do cat "$disk/$1" 2>/dev/null; done | sort -u | paste -s -d , -; }
  say disk "$(each device/model | sed 's/  *,/,/g; s/  *$//')"
  say disk-firmware "$(each device/firmware_rev)$(each device/rev)"
  say scheduler "$(for disk in $disks; do cat "$disk/queue/scheduler" 2>/dev/null; done | chosen)"
  for key in rotational nr_requests read_ahead_kb max_sectors_kb write_cache wbt_lat_usec nomerges; do
    say "$(echo queue-$key | tr _ -)" "$(each queue/$key)"
  done
  if command -v smartctl >/dev/null; then
    for disk in $disks; do
      smartctl -n standby -H -A "/dev/\${disk##*/}" 2>/dev/null | awk '
        /overall-health|Health Status/ { sub(/.*: */, ""); print }
        /^Percentage Used:/ { print "worn " $3 }'
    done | sort -u | paste -s -d , - | sed 's/^./set smart &/'
  fi
}

if [ -b "$1" ]; then
  dev=$((0x$(stat -L -c %t -- "$1"))):$((0x$(stat -L -c %T -- "$1")))
else
  mount=$(findmnt -nro FSTYPE,OPTIONS,SOURCE -T "$1" 2>/dev/null | tail -n 1)
  rest=\${mount#* }; source=\${rest#* }; source=\${source%%[[]*}
  say file-system "\${mount%% *}"
  say mount-options "\${rest%% *}"
  dev=
  [ -b "$source" ] && dev=$((0x$(stat -L -c %t -- "$source"))):$((0x$(stat -L -c %T -- "$source")))
fi
below() {
  [ -e "$1/partition" ] && set -- "\${1%/*}"
  leaf=yes
  for slave in "$1"/slaves/*; do [ -e "$slave" ] && { leaf=no; below "$(readlink -f "$slave")"; leaf=no; }; done
  [ $leaf = yes ] && echo "$1"
}
disks=; [ -n "$dev" ] && disks=$(below "$(readlink -f "/sys/dev/block/$dev")" | sort -u)
if [ "$2" = all ]; then machine_settings; [ -n "$disks" ] && disk_settings; fi

printf 'load %s\\n' "$(cut -d ' ' -f 1 /proc/loadavg)"
for one in /sys/class/hwmon/hwmon*/temp*_input /sys/class/thermal/thermal_zone*/temp; do
  [ -r "$one" ] && value=$(cat "$one" 2>/dev/null) &&
    printf 'temperature %s %s\\n' "$value" "$(cat "\${one%/*}/name" "\${one%/*}/type" 2>/dev/null | tr ' \\n' '--')"
done
cat $cpus/cpu[0-9]*/thermal_throttle/*_throttle_count 2>/dev/null | awk '{ n += $1 } END { if (NR) print "throttled", n }'
awk '/resync|recovery|check|reshape/ && /%/ { print "rebuilding" }' /proc/mdstat 2>/dev/null | head -n 1
printf 'tick %s\\n' "$(getconf CLK_TCK)"

look() {
  awk -v look="$1" '{ print "uptime", look, $1 }' /proc/uptime
  cat /proc/[0-9]*/stat 2>/dev/null | awk -v look="$1" '
    match($0, /^[0-9]+ \\(.*\\) /) {
      end = RLENGTH; name = substr($0, index($0, "(") + 1, end - index($0, "(") - 2); pid = $1
      split(substr($0, end + 1), rest, " ")
      gsub(/[^!-~]/, "?", name); print "process", look, pid, rest[12] + rest[13], name }'
  for disk in $disks; do
    awk -v look="$1" '{ printf "transferred %s %.0f\\n", look, ($3 + $7) * 512 }' "$disk/stat"
  done
}
look 1; sleep 1; look 2
echo end
`;
