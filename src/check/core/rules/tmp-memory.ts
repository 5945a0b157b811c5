import type { Rule } from "../rule.ts";

export const tmpMemory: Rule = {
  id: "tmp-memory",
  says: "A /tmp in memory has room, and filling it does not end the host's memory",
  because:
    "since Debian 13 /tmp is a tmpfs of up to half of the memory: what fills a disk elsewhere ends here with " +
    "the OOM killer, and what was in /tmp before the upgrade lies beneath it, unseen, and takes the disk's room",
  sources: [
    "Release notes for Debian 13, 5.1: The temporary-files directory /tmp is now stored in a tmpfs",
    "tmpfs(5)",
    "systemd: tmp.mount",
  ],
  applies: ({ container }) => container === null || "a container shares its host's memory",
  probe: {
    withinMs: 3000,
    // what lies beneath is seen in a mount namespace that ends with the command, and that other mounts are not in; only a tmpfs is looked beneath
    run: `fs=$(sed -n 's/^[^ ]* \\/tmp \\([^ ]*\\) .*/\\1/p' /proc/mounts | tail -n 1)
echo "fs \${fs:-none}"
[ "$fs" = tmpfs ] || exit 0
stat -f -c 'tmp %S %b %f %c %d' /tmp
sed -n 's/^\\(MemTotal\\|MemAvailable\\|SwapFree\\): *\\([0-9]*\\) kB$/\\1 \\2/p' /proc/meminfo
T=; timeout 5 true 2>/dev/null && T='timeout 1'
unshare -m --propagation private sh -c 'mount --bind / /mnt && exec "$@"' x $T du -sk /mnt/tmp 2>/dev/null | sed -n 's/^\\([0-9][0-9]*\\).*/beneath \\1/p'
echo looked`,
  },
  judge({ out }) {
    const fs = /^fs (\S+)$/m.exec(out)?.[1];
    if (fs === undefined) return { is: "unknown", because: "/proc/mounts does not tell what /tmp is" };
    if (fs !== "tmpfs") return { is: "not-applicable", because: "/tmp is not in memory" };
    const room = roomOf(out);
    if (room === null)
      return { is: "unknown", because: "the sizes of /tmp and of the memory are not to be read" };
    const { free, size, left, beneath } = room;
    const evidence = [
      `/tmp: ${mb(size - free)} of ${mb(size)} used`,
      `memory and swap that are free or can be freed: ${mb(left)}`,
      ...(beneath === null ? [] : [`on the disk beneath /tmp: ${mb(beneath)}`]),
    ];
    if (room.isFull) return { is: "fail", cause: "full", found: "/tmp is full", evidence };
    if (free > left)
      return {
        is: "fail",
        cause: "memory",
        found: `/tmp may take ${mb(free)} more, and ${mb(left)} are left`,
        evidence,
      };
    if (beneath !== null && beneath >= WORTH_TELLING)
      return { is: "fail", cause: "hidden", found: `${mb(beneath)} lie beneath /tmp on the disk`, evidence };
    return { is: "pass", evidence };
  },
  remedy: ({ out }, { init }) => {
    const { isFull = false, beneath = null, free = 0, left = 0 } = roomOf(out) ?? {};
    if (!isFull && free <= left && beneath !== null)
      return {
        say: "`mount --bind / /mnt`, look into /mnt/tmp, delete what nobody needs, `umount /mnt`.",
        steps: [],
      };
    if (init !== "systemd")
      return {
        say:
          "Set a limit: a line for /tmp in /etc/fstab with `mode=1777,nosuid,nodev,size=1G`, then " +
          "`mount -o remount,size=1G /tmp`; or `RAMTMP=no` in /etc/default/tmpfs and a reboot.",
        steps: [],
      };
    return {
      say:
        "Set a limit: `systemctl edit tmp.mount`, `[Mount]`, `Options=mode=1777,nosuid,nodev,size=1G`, then " +
        "`mount -o remount,size=1G /tmp`; send large files to /var/tmp (TMPDIR); or put /tmp back onto the disk " +
        "with `systemctl mask tmp.mount` and a reboot.",
      steps: [], // how much the host's programs want there, only a person knows
    };
  },
};

/** A few files of a few hundred kB lie beneath on every host that was upgraded. */
const WORTH_TELLING = 100e6;

function roomOf(out: string) {
  const tmp = /^tmp (\d+) (\d+) (\d+) (\d+) (\d+)$/m.exec(out)?.slice(1).map(Number);
  const kilobytes = (key: string) => new RegExp(`^${key} (\\d+)$`, "m").exec(out)?.[1];
  const [available, swap, beneath] = [kilobytes("MemAvailable"), kilobytes("SwapFree"), kilobytes("beneath")];
  if (tmp === undefined || available === undefined) return null;
  const [block, blocks, blocksFree, inodes, inodesFree] = tmp as [number, number, number, number, number];
  return {
    size: block * blocks,
    free: block * blocksFree,
    left: (Number(available) + Number(swap ?? 0)) * 1024,
    beneath: beneath === undefined ? null : Number(beneath) * 1024,
    isFull: blocksFree * 20 < blocks || inodesFree * 20 < inodes, // an unlimited tmpfs tells 0 of 0
  };
}

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
