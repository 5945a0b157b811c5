import type { Rule } from "../rule.ts";

export const dmCacheIntegrityWindow: Rule = {
  id: "dm-cache-integrity-window",
  says: "After a crash, a writeback dm-cache (lvmcache) still knows what is not yet on the disk behind it",
  because:
    "Linux 4.9 to 4.18 took dirty blocks for clean after a crash or a power cut: they are dropped from the cache, " +
    "and the disk's old content comes back",
  sources: [
    "Linux 4.19 commit 5b1fe7bec8a8, dm cache metadata: set dirty on all cache blocks after a crash",
    "Linux 4.9 commit f177940a8091, which broke it",
    "kernel: Documentation/admin-guide/device-mapper/cache.rst, On-disk metadata",
  ],
  applies: ({ container, kernel }) => {
    if (container !== null) return "a container has its host's device-mapper";
    const version = versionOf(kernel);
    if (version === null) return true;
    if (version < 409) return "this kernel is older than what broke it (4.9)";
    return version <= 418 || "this kernel has what mended it (4.19)";
  },
  probe: {
    withinMs: 3000,
    // dmsetup would load the module where it is not
    run: `echo "built $(uname -v)"
grep -q device-mapper /proc/misc 2>/dev/null || { echo nodm; exit 0; }
command -v dmsetup >/dev/null || { echo notool; exit 0; }
dmsetup status --target cache && echo looked`,
  },
  judge({ out }, { kernel }) {
    if (/^nodm$/m.test(out)) return { is: "not-applicable", because: "no dm-cache is active" };
    if (/^notool$/m.test(out)) return { is: "unknown", because: "dmsetup is not installed" };
    if (!/^looked$/m.test(out)) return { is: "unknown", because: "dmsetup told nothing: it wants root" };
    const caches = out.split("\n").filter((line) => / cache /.test(line));
    if (caches.length === 0) return { is: "not-applicable", because: "no dm-cache is active" };
    const evidence = [`kernel ${kernel}, ${/^built .*$/m.exec(out)?.[0] ?? ""}`, ...caches];
    const writeback = caches.filter((line) => / writeback /.test(line));
    if (writeback.length === 0) return { is: "pass", evidence };
    const names = writeback.map((line) => line.split(":")[0]).join(", ");
    if (!isBuiltBefore(out))
      return {
        is: "unknown",
        because: `${names} writes back; whether ${kernel} was mended, its changelog tells`,
      };
    return {
      is: "fail",
      cause: "writeback",
      found: `${names} writes back on a kernel that forgets it in a crash`,
      evidence,
    };
  },
  remedy: () => ({
    say:
      "`lvchange --cachemode writethrough VG/LV`, which writes back all that is dirty and needs no reboot; " +
      "then boot a kernel of 4.19 or later. After a crash that has happened already, compare with a backup.",
    steps: [], // writing back may take hours, and slows the host
  }),
};

/** The mend is of August 2018: no kernel that was built before has it, whatever its maker took over. */
function isBuiltBefore(out: string): boolean {
  const built = /^built (.*)$/m.exec(out)?.[1] ?? "";
  const [, year, month] = /\((\d{4})-(\d\d)-\d\d\)/.exec(built) ?? [];
  const [, name] = / (\w{3}) +\d+ \d\d:\d\d:\d\d /.exec(built) ?? [];
  const [, plain] = / (\d{4})$/.exec(built) ?? [];
  if (year !== undefined) return Number(year) * 100 + Number(month) < 201808;
  if (plain === undefined || name === undefined) return false;
  return Number(plain) < 2018 || (plain === "2018" && BEFORE.includes(name));
}
const BEFORE = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul"];

function versionOf(kernel: string): number | null {
  const match = /^(\d+)\.(\d+)/.exec(kernel);
  return match === null ? null : Number(match[1]) * 100 + Number(match[2]);
}
