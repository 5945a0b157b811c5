/** Asks a machine what it is made of. It changes nothing; each section is what one tool says. */
export const INVENTORY_SCRIPT = String.raw`section() {
  printf '\n@section %s\n' "$*"
}
section boot
cat /proc/sys/kernel/random/boot_id
section firmware
if [ -d /sys/firmware/efi ]; then echo uefi; else echo bios; fi
section secureboot
od -An -tu1 -j4 -N1 /sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c 2>/dev/null
section cpu
lscpu --json
section memory
cat /proc/meminfo
section modules
dmidecode --type 17 2>/dev/null
section dmi
for name in sys_vendor product_name product_serial product_uuid board_name \
  bios_vendor bios_version bios_date; do
  printf '%s=%s\n' "$name" "$(cat /sys/class/dmi/id/$name 2>/dev/null)"
done
section disks
udevadm settle --timeout 20
lsblk --json --bytes --output NAME,TYPE,SIZE,LOG-SEC,ROTA,RM,TRAN,MODEL,SERIAL,WWN,FSTYPE
for disk in $(lsblk --nodeps --noheadings --output NAME,TYPE | sed -n 's/ *disk *$//p'); do
  section smart "$disk"
  timeout 30 smartctl --json=c --health "/dev/$disk"
done
for path in /sys/class/net/*; do
  [ -e "$path/device" ] || continue
  name=$(basename "$path")
  place=$(readlink -f "$path/device" | grep -o '[0-9a-f]\{4\}:[0-9a-f]\{2\}:[0-9a-f]\{2\}\.[0-7]' | tail -n 1)
  section nic "$name"
  printf 'mac=%s\n' "$(cat "$path/address")"
  printf 'driver=%s\n' "$(basename "$(readlink "$path/device/driver")")"
  printf 'carrier=%s\n' "$(cat "$path/carrier" 2>/dev/null)"
  printf 'speed=%s\n' "$(cat "$path/speed" 2>/dev/null)"
  printf 'pci=%s\n' "$place"
  printf 'model=%s\n' "$(lspci -D -mm -s "$place" 2>/dev/null | head -n 1 | cut -d '"' -f 4,6 | tr '"' ' ')"
done
exit 0
`;
