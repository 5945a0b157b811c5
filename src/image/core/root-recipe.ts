/** What a system on disk is made of, and how mmdebstrap is told. */

const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  system: [
    ...["systemd-sysv", "libpam-systemd", "udev", "dbus", "kmod", "initramfs-tools", "linux-image-amd64"],
    ...["systemd-timesyncd", "procps", "less", "nano", "ca-certificates"],
  ],
  network: ["systemd-resolved", "libnss-resolve", "iproute2", "iputils-ping", "openssh-server", "sudo"],
  "boot loader, for either firmware": [
    ...["grub2-common", "grub-pc-bin", "grub-efi-amd64-bin", "grub-efi-amd64-signed", "shim-signed"],
    "efibootmgr",
  ],
  disks: ["lvm2", "mdadm", "e2fsprogs", "xfsprogs", "dosfstools", "gdisk", "zstd"],
};

export type RootPlan = {
  readonly suite: string;
  readonly sources: readonly string[]; // lines of sources.list, the main one first
  readonly keyrings: readonly string[];
  readonly work: string; // has finish and gets root.tar.zst
};

export function rootArgv({ suite, sources, keyrings, work }: RootPlan): [string, ...string[]] {
  return [
    ...(["mmdebstrap", "--variant=minbase", "--architectures=amd64"] as const),
    ...keyrings.map((keyring) => `--keyring=${keyring}`),
    `--include=${Object.values(PACKAGES).flat().join(",")}`,
    `--customize-hook=${work}/finish`,
    ...[suite, `${work}/root.tar.zst`, ...sources],
  ];
}

/**
 * What machines must not share goes: keys, ids, names. The initramfs is made as for a root of ext4, so that
 * it has the tool that repairs it; xfs wants none.
 */
export const FINISH_ROOT = `#!/bin/sh -eu
root=$1
echo "RESUME=none" >"$root/etc/initramfs-tools/conf.d/resume"
echo "/dev/root / ext4 defaults 0 1" >"$root/etc/fstab"
chroot "$root" update-initramfs -u
chroot "$root" systemctl --quiet enable systemd-networkd.service systemd-resolved.service ssh.service
chroot "$root" passwd --quiet --lock root
rm -f "$root/etc/fstab" "$root"/etc/ssh/ssh_host_* "$root/etc/hostname" "$root/etc/mdadm/mdadm.conf" \
  "$root/var/lib/dbus/machine-id" "$root/etc/resolv.conf" "$root"/etc/*- "$root/var/log/bootstrap.log" \
  "$root/var/log/dpkg.log" "$root/var/log/alternatives.log" "$root/var/cache/ldconfig/aux-cache"
rm -rf "$root/var/log/apt"
: >"$root/etc/machine-id"
ln -s ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
`;
