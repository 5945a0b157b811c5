import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { signedSources } from "../../src/image/build-root.ts";
import { chooseMirror } from "../../src/image/choose-mirror.ts";
import { type DebianName, RELEASES } from "../../src/image/places.ts";
import { holdLock } from "../../src/process/hold-lock.ts";
import { runProgram } from "../../src/process/run-program.ts";
import { CACHE } from "../firmware/starting.ts";

const NETWORK = [
  ...["iproute2", "ifupdown", "dhcpcd-base", "radvd", "ndisc6"],
  ...["procps", "openssh-server", "openssh-client", "tftpd-hpa"],
];
const HOST = [
  "acl",
  "ca-certificates",
  "openssl",
  "rsync",
  "slapd",
  "ldap-utils",
  ...["sssd-ldap", "nslcd", "libnss-ldapd"],
  "libpam-google-authenticator",
  "oathtool",
  "python3", // of ntpq
  "wget",
];
/** They exclude one another, or what the tree has: their packages lie in /opt/beside, to be unpacked by who wants one. */
const BESIDE = [
  ...["chrony", "ntpsec", "python3-ntp", "systemd-sysv", "sysvinit-core"],
  ...["rsync", "rsync/SUITE"],
];
const SYSTEMD = ["systemd-sysv", "udev", "dbus", "network-manager", "systemd-resolved", "systemd-timesyncd"];
const GUEST = [
  ...["linux-image-amd64", "initramfs-tools", "udev", "procps", "iproute2", "netbase"],
  ...["lvm2", "dmsetup", "thin-provisioning-tools", "mdadm", "nfs-kernel-server", "chrony"],
  ...["grub-pc", "e2fsprogs", "smartmontools", "ipmitool", "ifupdown", "openssh-server", "fio"],
];
const SYSVINIT = ["sysvinit-core", "sysv-rc", "initscripts"];

type Tree = {
  readonly says: string;
  readonly release: DebianName;
  readonly init: "systemd" | "sysvinit" | "none";
  readonly cgroups: "any" | "unified";
  readonly packages: readonly string[];
};
export const TREES = {
  "debian-12": {
    ...{ says: "Debian 12", release: "debian-12", init: "systemd", cgroups: "any" },
    packages: [...SYSTEMD, ...NETWORK, ...HOST],
  },
  "debian-13": {
    ...{ says: "Debian 13", release: "debian-13", init: "systemd", cgroups: "unified" },
    packages: [...SYSTEMD, ...NETWORK, ...HOST],
  },
  sysvinit: {
    ...{ says: "Debian 12, sysvinit", release: "debian-12", init: "sysvinit", cgroups: "any" },
    packages: [...SYSVINIT, ...NETWORK, ...HOST],
  },
  /** A machine of its own under QEMU: a disk's image, its kernel and initrd; all that init starts is a prompt and the test. */
  guest: {
    ...{ says: "Debian 13, QEMU", release: "debian-13", init: "sysvinit", cgroups: "any" },
    packages: [...SYSVINIT, ...GUEST],
  },
} as const satisfies Record<string, Tree>;
export type TreeId = keyof typeof TREES;

/** Nothing starts by itself that a test does not want, and nothing waits for terminals that are not there. */
const FINISH = `#!/bin/sh -eu
root=$1
rm -f "$root/etc/resolv.conf" "$root"/etc/*-
echo "nameserver 192.0.2.53" >"$root/etc/resolv.conf"
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
echo tree >"$root/etc/hostname"
mkdir -p "$root/opt/beside"
(cd "$root/opt/beside"; APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get download ${BESIDE.join(" ").replace("SUITE", '"$SUITE"')})
for s in NetworkManager systemd-resolved systemd-timesyncd systemd-networkd slapd tftpd-hpa radvd ssh networking dhcpcd \\
    nslcd sssd sssd-nss.socket sssd-pam.socket sssd-pam-priv.socket; do
  chroot "$root" systemctl --quiet disable $s 2>/dev/null || :
  [ ! -e "$root/etc/init.d/$s" ] || chroot "$root" update-rc.d $s remove
done
if [ -e "$root/etc/inittab" ]; then
  sed -i '/getty/d' "$root/etc/inittab"
  echo "up:2:once:/bin/touch /run/booted" >>"$root/etc/inittab"
fi
rm -rf "$root/etc/network/interfaces.d"
`;

/** What is on the guest's second disk is done, and what it says goes to the second serial port. */
const FINISH_GUEST = `#!/bin/sh -eu
cat >"$1/etc/inittab" <<'X'
id:2:initdefault:
T0:2:respawn:/sbin/getty -L ttyS0 115200 vt100
job:2:once:/guest
X
cat >"$1/guest" <<'X'
#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t tmpfs t /tmp; stty raw -echo </dev/ttyS1; tr -d '\\000' </dev/vdb >/run/job
setsid sh /run/job >/dev/ttyS1 2>&1 </dev/null; sleep 1; echo o >/proc/sysrq-trigger; sleep 60
X
chmod 755 "$1/guest"; cp -L "$1/vmlinuz" "$1/initrd.img" "$1/../"
`;
const finishOf = (id: TreeId): string => (id === "guest" ? FINISH_GUEST : FINISH);

type How = { readonly progress: (line: string) => void; readonly signal: AbortSignal };
const PLACE = join(CACHE, "hosts");
const WITHIN_MS = 30 * 60_000;

/** By what it is made of: another recipe is another tree. */
export function placeOf(id: TreeId): string {
  const recipe = JSON.stringify([TREES[id], finishOf(id)]);
  return join(PLACE, `${id}-${createHash("sha256").update(recipe).digest("hex").slice(0, 12)}`);
}

/** Built once for all runs, from the mirror that apt uses, and kept outside the checkout. */
export async function haveTree(id: TreeId, { progress, signal }: How): Promise<string> {
  const place = placeOf(id);
  if (existsSync(place)) return place;
  await mkdir(PLACE, { recursive: true });
  const lock = await holdLock(join(PLACE, `.${id}.lock`), WITHIN_MS, signal);
  try {
    if (existsSync(place)) return place;
    const began = performance.now();
    progress(`Building the tree ${id}`);
    await build(id, place, signal);
    progress(`Built it in ${Math.round((performance.now() - began) / 1000)} s`);
    return place;
  } finally {
    await lock.release();
  }
}

async function build(id: TreeId, place: string, signal: AbortSignal): Promise<void> {
  const { release, packages } = TREES[id];
  const { suite } = RELEASES[release];
  const work = await mkdtemp(join(PLACE, ".building-"));
  try {
    const { url, keyrings } = await chooseMirror({});
    const { sources } = await signedSources(url, suite, keyrings, signal);
    await writeFile(join(work, "finish"), finishOf(id), { mode: 0o755 });
    const argv: [string, ...string[]] = [
      ...([
        "env",
        `SUITE=${suite}`,
        "mmdebstrap",
        "--variant=minbase",
        "--format=directory",
        "--mode=root",
      ] as const),
      ...keyrings.map((keyring) => `--keyring=${keyring}`),
      ...[`--include=${packages.join(",")}`, `--customize-hook=${work}/finish`],
      ...[suite, join(work, "tree"), ...sources],
    ];
    const { status, complaints } = await runProgram({ argv, withinMs: WITHIN_MS, signal });
    if (status !== 0) throw new Error(`mmdebstrap ended with ${status}: ${complaints.trim().slice(-600)}`);
    if (id === "guest") await ontoDisk(work, signal);
    await forgetOlder(id);
    await rename(join(work, "tree"), place);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The tree becomes a directory with vmlinuz, initrd.img and the disk that they boot. */
async function ontoDisk(work: string, signal: AbortSignal): Promise<void> {
  await rename(join(work, "tree"), join(work, "root"));
  await mkdir(join(work, "tree"));
  const disk = join(work, "tree/disk.img");
  const argv = ["mkfs.ext4", "-q", "-d", join(work, "root"), disk, "2G"] as const;
  const { status, complaints } = await runProgram({ argv: [...argv], withinMs: WITHIN_MS, signal });
  if (status !== 0) throw new Error(`mkfs.ext4 ended with ${status}: ${complaints.trim().slice(-600)}`);
  for (const name of ["vmlinuz", "initrd.img"]) await rename(join(work, name), join(work, "tree", name));
}

async function forgetOlder(id: TreeId): Promise<void> {
  for (const name of await readdir(PLACE))
    if (/^(.*)-[0-9a-f]{12}$/.exec(name)?.[1] === id) await rm(join(PLACE, name), { recursive: true });
}
