import type { Row } from "../cells.ts";
import { PAIR } from "./disks.ts";

/** Rows of the guest: its kernel, what it boots from, and its two NVMe disks, of which one says that it fails. */
const ON = ["guest"] as const;

const RUNS = "v=$(uname -r); cd /lib/modules";
const LOADS = "modprobe raid0"; // nothing else has loaded it
const OTHER = `${RUNS}; mkdir -p 6.99-amd64/kernel; cp $v/modules.dep $v/kernel/drivers/md/raid0.ko* 6.99-amd64/kernel`;

export const KERNEL_STALE: readonly Row[] = [
  {
    ...{ is: "broken", says: "its kernel's package was removed", on: ON, expect: "fail gone" },
    ...{ makes: `${OTHER}; mv $v /opt; ! ${LOADS}`, follows: `${RUNS}; mv /opt/$v .; ${LOADS}` },
  },
  {
    ...{ is: "broken", says: "what others built was left of it", on: ON, expect: "fail remains" },
    makes: `${OTHER}; mv $v /opt; mkdir -p $v/updates/dkms; cp 6.99-amd64/kernel/*.ko* $v/updates/dkms; ! ${LOADS}`,
    follows: `${RUNS}; rm -r $v; mv /opt/$v .; ${LOADS}`,
  },
  {
    ...{ is: "broken", says: "no kernel is installed any more", on: ON, expect: "fail none" },
    ...{ makes: `${RUNS}; mv $v /opt; ! ${LOADS}`, follows: `${RUNS}; mv /opt/$v .; ${LOADS}` },
  },
  { is: "healthy", says: "as it was booted", on: ON, expect: "pass", makes: LOADS },
  {
    ...{ is: "look-alike", says: "a newer one is installed beside it", on: ON, expect: "pass" },
    makes: `${OTHER}; ${LOADS}`,
  },
  {
    ...{ is: "look-alike", says: "nothing more is to be loaded", on: ON, expect: "not-applicable" },
    makes: `${RUNS}; mv $v /opt; echo 1 >/proc/sys/kernel/modules_disabled`,
  },
];

const ONTO = (disks: string) =>
  `echo 'grub-pc grub-pc/install_devices multiselect ${disks}' | debconf-set-selections`;
/** /boot on both halves. */
const MIRROR = `${PAIR}; mke2fs -qF /dev/md0; mount /dev/md0 /boot`;

export const GRUB_DISK: readonly Row[] = [
  {
    ...{ is: "broken", says: "the disk was replaced", on: ON, expect: "fail gone" },
    ...{ makes: ONTO("/dev/disk/by-id/ata-old_1"), follows: ONTO("/dev/vda") },
  },
  {
    ...{ is: "broken", says: "half of a mirror", on: ON, expect: "fail half" },
    ...{ makes: `${MIRROR}; ${ONTO("/dev/ram0")}`, follows: ONTO("/dev/ram0, /dev/ram1") },
  },
  { is: "healthy", says: "the disk that boots", on: ON, expect: "pass", makes: ONTO("/dev/vda") },
  {
    ...{ is: "look-alike", says: "a disk without /boot", on: ON, expect: "pass" },
    makes: ONTO("/dev/ram0"),
  },
  {
    ...{ is: "look-alike", says: "nobody was asked for a disk", on: ON, expect: "not-applicable" },
    makes: ONTO(""),
  },
];

const BOTH = "modprobe nvme; until [ -e /dev/nvme0n1 ] && [ -e /dev/nvme1n1 ]; do sleep 0.1; done";
/** Taken out of the machine. */
const OUT = (serial: string) =>
  `${BOTH}; for d in /sys/class/nvme/*; do ! grep -q ${serial} $d/serial || echo 1 >$d/device/remove; done`;

export const DISK_PENDING: readonly Row[] = [
  {
    ...{ is: "broken", says: "a disk says that it fails", on: ON, expect: "fail failing" },
    ...{ makes: BOTH, follows: OUT("failing") },
  },
  {
    ...{ is: "healthy", says: "a disk says that it is well", on: ON, expect: "pass" },
    makes: OUT("failing"),
  },
  {
    ...{ is: "look-alike", says: "disks of its host's, which tell nothing", on: ON },
    ...{ expect: "not-applicable", makes: OUT(".") },
  },
];
