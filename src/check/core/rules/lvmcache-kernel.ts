import type { Rule } from "../rule.ts";

export const lvmcacheKernel: Rule = {
  id: "lvmcache-kernel",
  says: "A full dm-cache (lvmcache) goes on taking in what is hot",
  because:
    "before the rework of Linux 4.12 the smq policy cannot make room while there is I/O: once full, the cache " +
    "stays as it is, and reads are as slow as the disk behind it",
  sources: [
    "Linux 4.12, dm cache: policy smq, commits 072792dcdfc8 to 6cf4cc8f8b3b; the cache target became 2.0.0",
    "kernel: Documentation/admin-guide/device-mapper/cache-policies.rst",
    "lvmcache(7)",
  ],
  applies: ({ container }) => container === null || "a container has its host's device-mapper",
  probe: {
    withinMs: 3000,
    // dmsetup would load the module where it is not
    run: `grep -q device-mapper /proc/misc 2>/dev/null || { echo nodm; exit 0; }
command -v dmsetup >/dev/null || { echo notool; exit 0; }
dmsetup targets | sed -n 's/^cache  *v/target /p'
dmsetup status --target cache && echo looked`,
  },
  judge({ out }) {
    if (/^nodm$/m.test(out)) return NONE;
    if (/^notool$/m.test(out)) return { is: "unknown", because: "dmsetup is not installed" };
    if (!/^looked$/m.test(out)) return { is: "unknown", because: "dmsetup told nothing: it wants root" };
    const caches = out.split("\n").filter((line) => / cache /.test(line));
    if (caches.length === 0) return NONE;
    const target = /^target (\d+)\.\S+$/m.exec(out);
    if (target === null)
      return { is: "unknown", because: "dmsetup does not tell the cache target's version" };
    const evidence = [target[0], ...caches];
    if (Number(target[1]) < 2)
      return { is: "fail", cause: "kernel", found: "the kernel's smq is the one before 4.12", evidence };
    const idle = caches.filter(isLeftCleaning);
    if (idle.length === 0) return { is: "pass", evidence };
    return {
      is: "fail",
      cause: "cleaner",
      found: `${names(idle)}: caches nothing, its policy is cleaner`,
      evidence,
    };
  },
  remedy: ({ out }) => ({
    say: /^target [01]\./m.test(out)
      ? "Boot a kernel of 4.12 or later; every Debian since 10 has one."
      : "`lvchange --cachepolicy smq VG/LV` makes it a cache again.",
    steps: [], // a reboot, and which volumes are cached, is for a person to choose
  }),
};

const NONE = { is: "not-applicable", because: "no dm-cache is active" } as const;

/** While blocks are dirty, the cleaner is at work for `lvconvert --uncache` or a change of mode. */
function isLeftCleaning(line: string): boolean {
  const words = line.split(" ");
  return words.includes("cleaner") && words[14] === "0"; // NAME: 0 SECTORS cache 8 ... demotions promotions DIRTY
}

const names = (lines: readonly string[]): string => lines.map((line) => line.split(":")[0]).join(", ");
