import type { DiskPlan, Planned } from "./disk-plan.ts";
import { FREE, findDisks, TAKE_APART } from "./free-disks.ts";
import { SH_HEAD, TARGET } from "./sh.ts";

export const RAID = "/dev/md/rackhand";

/** Where a volume is, once the disks are laid out; a shell word. */
export const deviceOf = ({ group }: DiskPlan, { part, mount }: Planned): string =>
  part === null ? `/dev/${group}/${volumeName(mount)}` : `"$(part_of "$disk1" ${part})"`;

export const volumeName = (mount: string): string =>
  mount === "/" ? "root" : mount.replace(/^\//, "").replaceAll("/", "_").replaceAll("-", "_");

/** Forgets what was written on them. */
const FORGET = `
for disk in $disks; do
  for part in $(lsblk --noheadings --raw --paths --output NAME,TYPE "/dev/$disk" | sed -n 's/ part$//p'); do
    wipefs --quiet --all --force "$part"
  done
  wipefs --quiet --all --force "/dev/$disk"
  sgdisk --zap-all "/dev/$disk" >/dev/null || true
  blockdev --rereadpt "/dev/$disk"
done
udevadm settle --timeout 30 || true
`;

/** Disks into partitions, RAID, LVM and file systems: from the start each time, whatever an earlier run left. */
export function layOutScript(plan: DiskPlan): string {
  const { group } = plan;
  const clash = group === null ? "" : groupClash(group);
  return [
    ...[SH_HEAD, findDisks(plan.disks), FREE, clash],
    ...["progress 5 clearing the disks\n", TAKE_APART, FORGET],
    "progress 30 partitions\n",
    partition(plan),
    "progress 50 file systems\n",
    ...(plan.store === null ? [] : [makeGroup(plan)]),
    ...plan.volumes.map((volume) => makeVolume(plan, volume)),
    ...(plan.firmware === "uefi"
      ? [`for disk in $disks; do mkfs.vfat -F 32 -n ESP "$(part_of "$disk" 1)" >/dev/null; done\n`]
      : []),
    "sync\nprogress 100 the disks are laid out\n",
  ].join("");
}

const groupClash = (group: string): string => `
for below in $(disks_of ${group}); do
  is_named "$below" || refuse "another disk, /dev/$below, has a volume group called ${group}"
done
`;

function partition({ firmware, store, disks, parts }: DiskPlan): string {
  const main = store === null ? "8300" : disks.length === 2 ? "fd00" : "8e00";
  const words = parts.map(({ number, fromMiB, mebibytes }) => {
    const type = number === 1 ? (firmware === "uefi" ? "ef00" : "ef02") : main;
    return `--new=${number}:${fromMiB}M:+${mebibytes}M --typecode=${number}:${type}`;
  });
  return `for disk in $disks; do
  sgdisk --set-alignment=2048 ${words.join(" ")} "/dev/$disk" >/dev/null
  udevadm settle --timeout 30 || true
  for part in $(lsblk --noheadings --raw --paths --output NAME,TYPE "/dev/$disk" | sed -n 's/ part$//p'); do
    wipefs --quiet --all --force "$part"
    dd if=/dev/zero of="$part" bs=1M count=1 conv=fsync status=none
  done
done
udevadm settle --timeout 30 || true
`;
}

/** The homehost any: the array is the machine's own whatever its host name becomes. */
function makeGroup({ store, disks, group }: DiskPlan): string {
  const members = disks.map((_, place) => `"$(part_of "$disk${place + 1}" ${store!.number})"`).join(" ");
  const below = disks.length === 1 ? members : RAID;
  return [
    ...(disks.length === 1
      ? []
      : [
          `yes 2>/dev/null | mdadm --create ${RAID} --quiet --run --force --level=1 --raid-devices=2 --metadata=1.2 ` +
            `--bitmap=internal --homehost=any --name=rackhand ${members}`,
          "udevadm settle --timeout 30 || true",
        ]),
    `wipefs --quiet --all --force ${below}`,
    `pvcreate --quiet --yes -ff ${below} >/dev/null`,
    `vgcreate --quiet --yes ${group} ${below} >/dev/null`,
    "",
  ].join("\n");
}

function makeVolume(plan: DiskPlan, volume: Planned): string {
  const device = deviceOf(plan, volume);
  const made =
    volume.part === null
      ? `lvcreate --quiet --yes --wipesignatures y --name ${volumeName(volume.mount)} ` +
        `--size ${volume.mebibytes}m ${plan.group} >/dev/null\n`
      : "";
  return `${made}${MAKE[volume.as]} ${device} >/dev/null\n`;
}

/** Without what the GRUB and the tools of an older Debian than the live hand's do not know yet. */
const MAKE = {
  ext4: "mkfs.ext4 -q -F -O ^orphan_file,^metadata_csum_seed",
  xfs: "mkfs.xfs -q -f -i nrext64=0",
  swap: "mkswap",
} as const;

/** The file systems under $target, in an order in which one finds its place in another. */
export function mountAll(plan: DiskPlan): string {
  const depth = (mount: string) => (mount === "/" ? 0 : mount.split("/").length);
  const mounts = plan.volumes
    .filter(({ as }) => as !== "swap")
    .sort((a, b) => depth(a.mount) - depth(b.mount));
  const lines = mounts.map((volume) => {
    const place = `"$target${volume.mount === "/" ? "" : volume.mount}"`;
    return `mountpoint --quiet ${place} || { mkdir -p ${place}; mount ${deviceOf(plan, volume)} ${place}; }`;
  });
  const wake =
    plan.group === null
      ? []
      : [
          ...(plan.disks.length === 2 ? [`[ -e ${RAID} ] || mdadm --assemble --scan --quiet || true`] : []),
          `vgchange --quiet --activate y ${plan.group} >/dev/null`,
        ];
  return [`target=${TARGET}`, ...wake, "udevadm settle --timeout 30 || true", ...lines, ""].join("\n");
}
