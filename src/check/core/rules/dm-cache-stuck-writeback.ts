import type { Rule } from "../rule.ts";

export const dmCacheStuckWriteback: Rule = {
  id: "dm-cache-stuck-writeback",
  says: "What a writeback dm-cache (lvmcache) holds alone finds its way to the disk behind it",
  because:
    "a cache that cannot write back keeps the only copy of its dirty blocks: with the SSD they are lost, " +
    "and `lvconvert --uncache` waits for ever",
  sources: [
    "kernel: Documentation/admin-guide/device-mapper/cache.rst, migration_threshold and the status line",
    "lvmcache(7), cache_settings",
    "lvm2 2.02.184 and 2.03.02: migration_threshold is at least 8 chunks",
  ],
  applies: ({ container }) => container === null || "a container has its host's device-mapper",
  probe: {
    withinMs: 3000,
    // dmsetup would load the module where it is not
    run: `grep -q device-mapper /proc/misc 2>/dev/null || { echo nodm; exit 0; }
command -v dmsetup >/dev/null || { echo notool; exit 0; }
dmsetup status --target cache && echo looked`,
  },
  judge({ out }) {
    if (/^nodm$/m.test(out)) return NONE;
    if (/^notool$/m.test(out)) return { is: "unknown", because: "dmsetup is not installed" };
    if (!/^looked$/m.test(out)) return { is: "unknown", because: "dmsetup told nothing: it wants root" };
    const evidence = out.split("\n").filter((line) => / cache /.test(line));
    if (evidence.length === 0) return NONE;
    const caches = evidence.map(readStatus);
    for (const cause of ORDER) {
      const names = caches.filter((cache) => cache.cause === cause).map(({ name }) => name);
      if (names.length > 0)
        return { is: "fail", cause, found: `${names.join(", ")}: ${CAUSES[cause]}`, evidence };
    }
    if (caches.some(({ cause }) => cause === "odd"))
      return {
        is: "unknown",
        because: "a status line of the cache target is not as the kernel describes it",
      };
    return { is: "pass", evidence };
  },
  remedy: ({ out }) => ({
    say: / cache Fail| ro (-|needs_check)/.test(out)
      ? "Do not take the SSD away. Save what can be read, and look for the SSD's errors in the kernel's log. Once what fails " +
        "is mended, `lvchange -an VG/LV` and `-ay`: its metadata is checked then (cache_check of thin-provisioning-tools); " +
        "`lvconvert --repair VG/LV` only where it is found broken."
      : "`lvchange --cachesettings migration_threshold=N VG/LV` with N of at least 8 chunks, in sectors of 512 bytes, and not 2048: " +
        "that is the kernel's default, which lvm does not tell it; then see cache_dirty_blocks of `lvs` fall.",
    steps: [], // before a repair the data is a person's to save
  }),
};

const NONE = { is: "not-applicable", because: "no dm-cache is active" } as const;

const CAUSES = {
  failed: "the cache has failed, and what was dirty in it is not on the disk",
  "read-only": "its metadata can no longer be written, so no dirty block can be written back",
  threshold: "migration_threshold is less than one of its blocks, so nothing is ever written back",
} as const;
type Cause = keyof typeof CAUSES;
const ORDER = ["failed", "read-only", "threshold"] as const satisfies readonly Cause[];

/** NAME: START SECTORS cache META_BLOCK USED/TOTAL BLOCK USED/TOTAL HITS... DEMOTIONS PROMOTIONS DIRTY N FEATURES N SETTINGS POLICY N SETTINGS MODE CHECK */
function readStatus(line: string): { readonly name: string; readonly cause: Cause | "odd" | null } {
  const name = line.slice(0, line.indexOf(": "));
  const words = line
    .slice(name.length + 2)
    .trim()
    .split(" ");
  if (words[3] === "Fail") return { name, cause: "failed" };
  const [block, dirty, features] = [Number(words[5]), Number(words[13]), Number(words[14])];
  const settings = words.slice(15 + features);
  const threshold = Number(settings[settings.indexOf("migration_threshold") + 1]);
  if ([block, dirty, features, threshold].some(Number.isNaN)) return { name, cause: "odd" };
  const isWriteback = words.slice(15, 15 + features).includes("writeback");
  if (!isWriteback && dirty === 0) return { name, cause: null };
  if (words.at(-2) === "ro") return { name, cause: "read-only" };
  return { name, cause: threshold < block ? "threshold" : null };
}
