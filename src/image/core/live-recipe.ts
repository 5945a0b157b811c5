/** What the live hand is made of, and how mmdebstrap is told. */

const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  system: [
    "linux-image-amd64",
    "systemd",
    "systemd-sysv",
    "udev",
    "dbus",
    "kmod",
    "busybox-static",
    "procps",
  ],
  hand: ["curl", "ca-certificates"],
  inventory: ["dmidecode", "pciutils", "ethtool", "smartmontools", "nvme-cli", "hdparm"],
  imaging: [
    ...["parted", "fdisk", "gdisk", "lvm2", "mdadm", "e2fsprogs", "xfsprogs", "dosfstools", "efibootmgr"],
    ...["zstd", "xz-utils", "tar"],
  ],
  rescue: ["openssh-server", "iproute2", "less", "nano"],
  benches: ["fio"],
  "cards of Broadcom and QLogic": ["firmware-bnx2", "firmware-bnx2x", "firmware-qlogic"],
};

/** Without a screen, a speaker and a camera, and without what is only read by people. */
const LEFT_OUT = [
  ...["/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/info/*"],
  ...["/usr/share/bash-completion/*", "/usr/lib/udev/hwdb.d/*", "/usr/lib/x86_64-linux-gnu/gconv/*"],
  ...["sound", "drivers/gpu", "drivers/media", "drivers/staging", "drivers/bluetooth", "drivers/iio"].map(
    moduleDirectory,
  ),
  ...["drivers/net/wireless", "drivers/isdn", "drivers/input/touchscreen", "net/bluetooth"].map(
    moduleDirectory,
  ),
  ...["net/wireless", "net/mac80211", "drivers/comedi"].map(moduleDirectory),
];

function moduleDirectory(name: string): string {
  return `/usr/lib/modules/*/kernel/${name}/*`;
}

export type LivePlan = {
  readonly suite: string;
  readonly mirror: string;
  readonly keyrings: readonly string[];
  readonly work: string; // has files/, finish and gets root.tar
};

export function mmdebstrapArgv({ suite, mirror, keyrings, work }: LivePlan): [string, ...string[]] {
  return [
    ...(["mmdebstrap", "--variant=apt", "--architectures=amd64", "--format=tar"] as const),
    "--components=main,non-free-firmware",
    ...keyrings.map((keyring) => `--keyring=${keyring}`),
    `--include=${Object.values(PACKAGES).flat().join(",")}`,
    '--aptopt=Apt::Install-Recommends "false"',
    ...LEFT_OUT.map((path) => `--dpkgopt=path-exclude=${path}`),
    `--customize-hook=sync-in ${work}/files /`,
    `--customize-hook=${work}/finish`,
    `--customize-hook=copy-out /stage ${work}`,
    '--customize-hook=rm -r "$1/stage"',
    ...[suite, `${work}/root.tar`, mirror],
  ];
}

/** Makes the tree ready, and puts aside what the first system takes: kernel, busybox and three modules. */
export const FINISH = String.raw`#!/bin/sh -eu
root=$1
version=$(ls "$root/usr/lib/modules")
mkdir -p "$root/stage/modules"
cp "$root/boot/vmlinuz-$version" "$root/stage/linux"
cp "$root/usr/bin/busybox" "$root/stage/busybox"
chroot "$root" sh -eu -c '
  n=10
  for name in loop overlay squashfs; do
    for path in $(modprobe --set-version "$1" --show-depends $name | sed -n "s/^insmod \([^ ]*\).*/\1/p"); do
      file=$(basename "$path" .xz)
      ls /stage/modules | grep -q -- "-$file\$" && continue
      case $path in
        *.xz) xz --decompress --stdout "$path" >"/stage/modules/$n-$file" ;;
        *) cp "$path" "/stage/modules/$n-$file" ;;
      esac
      n=$((n + 1))
    done
  done
  systemctl --quiet enable systemd-networkd.service rackhand-net.service rackhand-hand.service
  systemctl --quiet mask ssh.service ssh.socket serial-getty@.service getty@.service \
    systemd-firstboot.service systemd-networkd-wait-online.service systemd-logind.service \
    nvmf-autoconnect.service mdmonitor.service smartmontools.service e2scrub_reap.service
  systemctl --quiet set-default multi-user.target
  rm -f /etc/systemd/system/timers.target.wants/* /etc/ssh/ssh_host_*
' sh "$version"
echo hand >"$root/etc/hostname"
printf '127.0.0.1 localhost hand\n::1 localhost hand\n' >"$root/etc/hosts"
: >"$root/etc/machine-id"
# what differs from one building to the next, and what no hand needs
rm -rf "$root/boot" "$root/var/lib/dbus/machine-id" "$root/var/lib/apt/lists" "$root/var/cache" "$root/var/log" \
  "$root/var/lib/systemd/catalog/database" "$root/usr/lib/udev/hwdb.bin" "$root"/etc/nvme/host* "$root"/etc/*- \
  "$root/usr/lib/python3" "$root"/usr/lib/python3.*
mkdir -p "$root/boot" "$root/var/cache" "$root/var/log" "$root/var/lib/apt/lists/partial"
touch "$root/etc/.updated" "$root/var/.updated" # nothing is to be brought up to date when it boots
`;

/** The first system: it lays the tree in memory under a layer that can be written, and hands over. */
export const FIRST_INIT = `#!/bin/busybox sh
b=/bin/busybox
failed() {
  echo "hand: the live system cannot be laid out: $1"
  $b sleep 60
  $b reboot -f
}
$b mkdir -p /proc /sys /dev /ro /rw /root
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t devtmpfs dev /dev
for module in /modules/*.ko; do
  $b insmod "$module" || failed "$module"
done
$b mount -t squashfs -o ro,loop /live.squashfs /ro || failed squashfs
$b mount -t tmpfs -o mode=755 rw /rw || failed tmpfs
$b mkdir /rw/upper /rw/work
$b mount -t overlay -o lowerdir=/ro,upperdir=/rw/upper,workdir=/rw/work live /root || failed overlay
$b umount /sys /proc
$b mount --move /dev /root/dev
exec $b switch_root /root /sbin/init
`;
