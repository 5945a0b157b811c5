import type { Row } from "../cells.ts";

/** Rows of the guest: a kernel of its own, and disks in its memory (/dev/ram0 to /dev/ram3). */
const ON = ["guest"] as const;

const RAID = (level: string, disks: string) =>
  `modprobe raid1; modprobe raid456; mdadm --create /dev/md0 --run --metadata=1.2 --level=${level} ${disks} </dev/null`;
const WHOLE = "mdadm --wait /dev/md0 || :"; // it ends with 1 where nothing was to be waited for
export const PAIR = `${RAID("1", "-n2 /dev/ram0 /dev/ram1")}; ${WHOLE}`;
const LOSES = "mdadm /dev/md0 --fail /dev/ram1";

export const MD_DEGRADED: readonly Row[] = [
  {
    ...{ is: "broken", says: "a mirror has lost a disk", on: ON, expect: "fail degraded" },
    ...{ makes: `${PAIR}; ${LOSES}` },
    follows: `mdadm /dev/md0 --remove /dev/ram1; mdadm /dev/md0 --add /dev/ram2; ${WHOLE}; grep -q UU /proc/mdstat`,
  },
  {
    ...{ is: "broken", says: "two disks of three did not come", on: ON, expect: "fail inactive" },
    makes: `${RAID("5", "-n3 /dev/ram0 /dev/ram1 /dev/ram2")}; ${WHOLE}; mdadm --stop /dev/md0; mdadm -I /dev/ram0`,
    follows: "mdadm -I /dev/ram1; mdadm -I /dev/ram2",
  },
  { is: "healthy", says: "a mirror", on: ON, expect: "pass", makes: PAIR },
  {
    ...{ is: "look-alike", says: "a mirror gets its disk back", on: ON, expect: "pass" },
    makes: `${PAIR}; ${LOSES}; mdadm /dev/md0 --remove /dev/ram1; echo 1 >/sys/block/md0/md/sync_speed_max
mdadm /dev/md0 --add /dev/ram2; until grep -q recovery /proc/mdstat; do sleep 0.1; done`,
  },
  {
    ...{ is: "look-alike", says: "stripes, which nothing can be missing of", on: ON, expect: "pass" },
    makes: `modprobe raid0; ${RAID("0", "-n2 /dev/ram0 /dev/ram1")}`,
  },
  {
    is: "look-alike",
    says: "md is loaded, and no array",
    on: ON,
    expect: "not-applicable",
    makes: "modprobe raid1",
  },
];

/** No udev runs there: lvm makes the nodes itself. */
const CACHE = (mode: string) => `export DM_DISABLE_UDEV=1; modprobe dm-cache-smq
vgcreate -q v /dev/ram0 /dev/ram1; lvcreate -q -Wn -Zn -n d -L 40M v /dev/ram0
lvcreate -q -Wn -y --type cache --cachemode ${mode} --chunksize 64k -n c -L 32M v/d /dev/ram1`;
const WRITES = "dd if=/dev/zero of=/dev/mapper/v-d bs=64k count=400 oflag=direct status=none";
const DIRTY = `dmsetup status v-d | awk '{ print $14 }'`;
const CHANGES = (words: string) => `export DM_DISABLE_UDEV=1; lvchange -q -y ${words} v/d`;

export const LVMCACHE_KERNEL: readonly Row[] = [
  {
    ...{ is: "broken", says: "its policy stayed cleaner", on: ON, expect: "fail cleaner" },
    makes: `${CACHE("writeback")}; ${CHANGES("--cachepolicy cleaner")}; until [ "$(${DIRTY})" = 0 ]; do sleep 0.5; done`,
    follows: CHANGES("--cachepolicy smq"),
  },
  {
    is: "healthy",
    says: "smq of its kernel",
    on: ON,
    expect: "pass",
    makes: `${CACHE("writeback")}; ${WRITES}`,
  },
  {
    ...{ is: "look-alike", says: "a volume without a cache", on: ON, expect: "not-applicable" },
    makes: "export DM_DISABLE_UDEV=1; vgcreate -q v /dev/ram0; lvcreate -q -Wn -Zn -n d -L 40M v",
  },
];

const ITS_METADATA = "m=$(dmsetup ls | awk '/_cmeta/ { print $1; exit }'); dmsetup suspend --noflush $m";
/** The device of its metadata becomes one that fails. */
const FAILING = (target: string, until: string) => `${CACHE("writeback")}; ${WRITES}; modprobe dm-flakey
${ITS_METADATA}; dmsetup table $m >/run/table
awk '{ print $1, $2, ${target} }' /run/table | dmsetup load $m; dmsetup resume $m
until dmsetup status v-d | grep -Eq ' ${until}'; do ${WRITES} || :; sleep 0.5; done`;
const WELL_AGAIN = `export DM_DISABLE_UDEV=1; ${ITS_METADATA}; dmsetup load $m </run/table; dmsetup resume $m
lvchange -q -an v/d; lvchange -q -ay v/d`;

export const DM_CACHE_STUCK_WRITEBACK: readonly Row[] = [
  {
    ...{ is: "broken", says: "a threshold below one block", on: ON, expect: "fail threshold" },
    // below it nothing comes in either, and what is dirty goes as soon as nobody writes: it sinks while somebody does
    makes: `${CACHE("writeback")}; touch /run/writes
while [ -e /run/writes ]; do ${WRITES}; done & until [ "$(${DIRTY})" -gt 0 ]; do sleep 0.2; done
dmsetup message v-d 0 migration_threshold 64; rm /run/writes; wait
n=$(${DIRTY}); [ "$n" -gt 0 ]; sleep 5; [ "$(${DIRTY})" = "$n" ]`,
    follows: `${CHANGES("--cachesettings migration_threshold=4096")}; until [ "$(${DIRTY})" = 0 ]; do sleep 0.5; done`,
  },
  {
    ...{ is: "broken", says: "its metadata cannot be written", on: ON, expect: "fail read-only" },
    makes: FAILING('"flakey", $4, $5, 0, 60, 1, "error_writes"', "ro (-|needs_check)"),
    follows: WELL_AGAIN,
  },
  {
    ...{ is: "broken", says: "its metadata is gone", on: ON, expect: "fail failed" },
    ...{ makes: FAILING('"error"', "Fail"), follows: WELL_AGAIN },
  },
  {
    is: "healthy",
    says: "it writes back",
    on: ON,
    expect: "pass",
    makes: `${CACHE("writeback")}; ${WRITES}`,
  },
  {
    ...{ is: "look-alike", says: "the same threshold, writethrough", on: ON, expect: "pass" },
    makes: `${CACHE("writethrough")}; dmsetup message v-d 0 migration_threshold 64; ${WRITES}`,
  },
];

export const DM_CACHE_INTEGRITY_WINDOW: readonly Row[] = [
  {
    ...{ is: "look-alike", says: "it writes back, on a kernel of today", on: ON, expect: "not-applicable" },
    makes: `${CACHE("writeback")}; ${WRITES}`,
  },
];

/** A server of this guest's own, which stops: whoever touches the mount waits for ever. */
export const NETBOOT_ON_NFS: readonly Row[] = [
  {
    ...{ is: "look-alike", says: "its directory's NFS server has stopped", on: ON, expect: "unknown" },
    beside: true,
    makes: `ip link set lo up; modprobe nfsd; modprobe nfsv4; mkdir -p /srv/x /srv/tftp; mount -t nfsd nfsd /proc/fs/nfsd
echo '/srv/x 127.0.0.1(ro,no_subtree_check,fsid=0,insecure)' >/etc/exports; exportfs -ra; rpc.mountd; rpc.nfsd -N 3 2
mount -t nfs4 -o hard,timeo=20,retrans=1 127.0.0.1:/ /srv/tftp; rpc.nfsd 0; echo 3 >/proc/sys/vm/drop_caches
s=0; timeout -k 1 5 ls -l /srv/tftp/ >/dev/null || s=$?; [ $s = 124 ]`,
  },
];
