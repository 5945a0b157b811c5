import { type SerialProfile, serialName } from "../../../base/serial-profile.ts";
import type { DiskPlan } from "./disk-plan.ts";
import { findDisks } from "./free-disks.ts";
import { deviceOf, mountAll } from "./lay-out-script.ts";
import { quoted, SH_HEAD } from "./sh.ts";

/** What makes an unpacked image this machine's own. */
export type Own = {
  readonly host: string;
  readonly serial: SerialProfile;
  readonly keys: readonly string[]; // public ones, of who may come in by ssh
  readonly user: string | null; // null: root; else a user who may sudo
  readonly sha256: string; // of the image that must be on the disks
};

export const USER = /^[a-z_][a-z0-9_-]{0,30}$/;
/** A machine's ssh key is told on such a line. */
export const HOST_KEY_LINE = /^@hostkey (ssh-ed25519 [A-Za-z0-9+/=]{60,100})$/m;

/** Names, keys, file systems by UUID and the boot loader. It may run again: each file is written whole. */
export function ownScript(plan: DiskPlan, own: Own): string {
  const raid = plan.disks.length === 2;
  return [
    ...[SH_HEAD, findDisks(plan.disks), mountAll(plan), `sum=${quoted(own.sha256)}\n`, WHOLE],
    "progress 10 names and keys\n",
    ...[fstab(plan), identity(own), access(own)],
    ...(raid ? [ARRAY] : []),
    "progress 50 boot loader\n",
    grubDefaults(own.serial),
    plan.firmware === "uefi" ? UEFI : BIOS,
    'chroot "$target" update-grub 2>&1 | tail -n 5\n',
    close(plan),
  ].join("");
}

const WHOLE = `
[ "$(cat "$target/.rackhand-whole" 2>/dev/null)" = "$sum" ] || { echo "no whole image is on the disk"; exit 4; }
for name in dev proc sys; do
  mountpoint --quiet "$target/$name" || mount --rbind --make-rslave "/$name" "$target/$name"
done
if [ -d /sys/firmware/efi/efivars ]; then
  mountpoint --quiet /sys/firmware/efi/efivars || mount -t efivarfs efivarfs /sys/firmware/efi/efivars || true
fi
`;

function fstab(plan: DiskPlan): string {
  const { volumes, firmware, disks } = plan;
  const lines = volumes.map((volume) => {
    const { mount, as } = volume;
    const rest = as === "swap" ? "none swap sw 0 0" : `${mount} ${as} defaults 0 ${mount === "/" ? 1 : 2}`;
    return `echo "UUID=$(blkid -s UUID -o value ${deviceOf(plan, volume)}) ${rest}"`;
  });
  const esp = disks.map((_, place) => {
    const options = `vfat umask=0077,nofail 0 1`;
    return `echo "UUID=$(blkid -s UUID -o value "$(part_of "$disk${place + 1}" 1)") ${espPlace(place)} ${options}"`;
  });
  return `{\n${[...lines, ...(firmware === "uefi" ? esp : [])].join("\n")}\n} >"$target/etc/fstab"\n`;
}

const espPlace = (place: number): string => (place === 0 ? "/boot/efi" : "/boot/efi2");

/** An identity that no other machine of the same image has. */
const identity = ({ host }: Own): string => `
echo ${quoted(host)} >"$target/etc/hostname"
printf '127.0.0.1 localhost\\n127.0.1.1 %s\\n::1 localhost ip6-localhost ip6-loopback\\n' ${quoted(host)} >"$target/etc/hosts"
tr -d - </proc/sys/kernel/random/uuid >"$target/etc/machine-id"
rm -f "$target"/etc/ssh/ssh_host_*
chroot "$target" ssh-keygen -A >/dev/null
echo "@hostkey $(cut -d ' ' -f 1,2 "$target/etc/ssh/ssh_host_ed25519_key.pub")"
cat >"$target/etc/systemd/network/80-dhcp.network" <<'END'
[Match]
Type=ether
Kind=!*

[Network]
DHCP=yes
END
`;

function access({ keys, user }: Own): string {
  const who = user ?? "root";
  const home = user === null ? "/root" : `/home/${user}`;
  const made =
    user === null
      ? ""
      : `chroot "$target" id ${quoted(user)} >/dev/null 2>&1 ||
  chroot "$target" useradd --create-home --shell /bin/bash --groups sudo ${quoted(user)}
echo "${user} ALL=(ALL) NOPASSWD: ALL" >"$target/etc/sudoers.d/rackhand"
chmod 440 "$target/etc/sudoers.d/rackhand"
`;
  return `${made}mkdir -p -m 700 "$target${home}/.ssh"
{
${keys.map((key) => `echo ${quoted(key)}`).join("\n") || ":"}
} >"$target${home}/.ssh/authorized_keys"
chmod 600 "$target${home}/.ssh/authorized_keys"
chroot "$target" chown -R ${who}: "${home}/.ssh"
`;
}

const ARRAY = `
mkdir -p "$target/etc/mdadm"
{ echo "HOMEHOST <ignore>"; echo "MAILADDR root"; mdadm --detail --scan /dev/md/rackhand; } >"$target/etc/mdadm/mdadm.conf"
progress 30 "initramfs for the array"
chroot "$target" update-initramfs -u 2>&1 | tail -n 3
`;

/** The console that the machine is installed by stays the console that it is run by. */
function grubDefaults(serial: SerialProfile): string {
  const { unit, speed } = serial;
  const lines = [
    "GRUB_DEFAULT=0",
    "GRUB_TIMEOUT=3",
    'GRUB_DISTRIBUTOR="Debian"',
    'GRUB_CMDLINE_LINUX_DEFAULT=""',
    `GRUB_CMDLINE_LINUX="console=tty0 console=${serialName(serial)}"`,
    'GRUB_TERMINAL="console serial"',
    `GRUB_SERIAL_COMMAND="serial --unit=${unit} --speed=${speed} --word=8 --parity=no --stop=1"`,
  ];
  return `cat >"$target/etc/default/grub" <<'END'\n${lines.join("\n")}\nEND\n`;
}

const BIOS = `
for disk in $disks; do
  chroot "$target" grub-install --target=i386-pc --recheck "/dev/$disk" 2>&1 | tail -n 3
  dd if="/dev/$disk" bs=440 count=1 status=none | grep -q GRUB || { echo "no GRUB is on $disk after all"; exit 5; }
done
`;

/** Signed shim and GRUB, on each disk, by an entry of the firmware and by the path that needs none. */
const UEFI = String.raw`
place=/boot/efi number=1
for disk in $disks; do
  part=$(part_of "$disk" 1)
  mkdir -p "$target$place"
  mountpoint --quiet "$target$place" || mount "$part" "$target$place"
  chroot "$target" grub-install --target=x86_64-efi --efi-directory="$place" --bootloader-id=debian \
    --uefi-secure-boot --no-nvram --recheck 2>&1 | tail -n 3
  mkdir -p "$target$place/EFI/BOOT"
  cp "$target$place/EFI/debian/shimx64.efi" "$target$place/EFI/BOOT/BOOTX64.EFI"
  cp "$target$place/EFI/debian/grubx64.efi" "$target$place/EFI/BOOT/grubx64.efi"
  cp "$target$place/EFI/debian/mmx64.efi" "$target$place/EFI/BOOT/mmx64.efi"
  [ -s "$target$place/EFI/debian/grub.cfg" ] || { echo "no GRUB is on $disk after all"; exit 5; }
  place=/boot/efi2 number=2
done
entries() {
  efibootmgr | sed -n 's/^Boot\([0-9A-F]\{4\}\)[* ] Debian on .*/\1/p'
}
order() {
  efibootmgr | sed -n 's/^BootOrder: //p'
}
if [ -e /sys/firmware/efi/efivars ] && efibootmgr >/dev/null 2>&1; then
  before=$(order)
  for old in $(entries); do efibootmgr --quiet --delete-bootnum --bootnum "$old"; done
  kept=$(order)
  for disk in $disks; do
    efibootmgr --quiet --create-only --disk "/dev/$disk" --part 1 --label "Debian on $disk" \
      --loader '\EFI\debian\shimx64.efi' || echo "the firmware takes no entry for $disk; its fallback path stays"
  done
  new=$(entries | paste -s -d ,)
  if [ -n "$new" ]; then
    # others keep their order, and a network that stood first goes on to stand first
    first= later=
    for entry in $(echo "$kept" | tr , ' '); do
      if [ -z "$later" ] && efibootmgr --verbose | grep "^Boot$entry" | grep -q 'MAC('; then
        first=$first$entry,
      else
        later=$later,$entry
      fi
    done
    efibootmgr --quiet --bootorder "$first$new$later"
    [ "$(order)" = "$first$new$later" ] || echo "the firmware did not keep the boot order: $(order)"
  fi
  echo "boot order: $before, now $(order)"
fi
`;

/**
 * GRUB reads no journal, so what stands in one alone is nothing to it. XFS writes all of it in its place when
 * it is frozen (xfs_freeze(8)); sync and the unmount below alone left its log dirty (xfs_logprint(8)).
 */
const close = ({ volumes }: DiskPlan): string => `
rm -f "$target/.rackhand-whole"
progress 95 "writing out"
sync
for place in ${volumes.flatMap(({ mount, as }) => (as === "swap" ? [] : [mount])).join(" ")}; do
  fsfreeze --freeze "$target$place" && fsfreeze --unfreeze "$target$place"
done
umount --recursive "$target" || umount --recursive --lazy "$target"
sync
progress 100 "ready to boot"
`;

/** After the answer is sent; by force, because what is in memory need not be put away, and may take a minute. */
export const RESTART_SCRIPT = "systemd-run --quiet --on-active=3 systemctl --force reboot\n";
