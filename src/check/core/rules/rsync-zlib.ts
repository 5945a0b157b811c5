import type { Rule } from "../rule.ts";

export const rsyncZlib: Rule = {
  id: "rsync-zlib",
  says: "rsync -z does not die on large files",
  because:
    "with zlib, receivers up to 3.0.6 end with `inflate (token) returned -5`, and senders built with the system's zlib " +
    "before 3.4.4 with `deflate on token returned 0`, on blocks above 32 KiB, which files above about 1.1 GB have",
  sources: ["rsync NEWS 3.0.7, 3.4.4 and 3.5.0", "rsync(1), --compress-choice"],
  applies: ({ packages }) => packages.rsync !== undefined || "rsync is not installed",
  probe: {
    withinMs: 3000,
    // Only what was logged since this version came in: older words are the older version's.
    run: `rsync --version 2>&1 | sed -n -e 1p -e '/Compress list/{n;p;}'
at=$(stat -c %Y /var/lib/dpkg/info/rsync.list 2>/dev/null) || exit 0
words='inflate .token. returned -[0-9]|deflate on token returned 0|inflate returned -3'
for f in /var/log/rsync*.log; do
  [ -r "$f" ] && tail -c 1000000 "$f" | awk -v s="$(date -d "@$at" '+%Y/%m/%d %H:%M:%S')" '$1 " " $2 > s' |
    grep -aE "$words" | tail -n 2 | sed 's/^/log /'
done
command -v journalctl >/dev/null && timeout 2 journalctl -q -t rsyncd -t rsync --since "@$at" -n 500 -o short-iso 2>/dev/null |
  grep -aE "$words" | tail -n 2 | sed 's/^/log /'
exit 0`,
  },
  judge({ out }) {
    const version = /version (\d+)\.(\d+)\.(\d+)/.exec(out);
    if (version === null) return { is: "unknown", because: "rsync did not tell its version" };
    const [major, minor, patch] = version.slice(1).map(Number) as [number, number, number];
    const number = major * 10_000 + minor * 100 + patch;
    const evidence = out.split("\n").filter((line) => line !== "");
    if (number <= 30006)
      return {
        is: "fail",
        cause: "receiver",
        found: `rsync ${version[0].slice(8)} cannot receive large files with -z`,
        evidence,
      };
    if (number < 30404)
      return {
        is: "fail",
        cause: "sender",
        found: `rsync ${version[0].slice(8)} may fail when it sends large files with zlib`,
        evidence,
      };
    const seen = evidence.filter((line) => line.startsWith("log "));
    if (seen.length === 0) return { is: "pass", evidence };
    return {
      is: "fail",
      cause: "peer",
      found: "transfers with this version die: the other end's is old",
      evidence,
    };
  },
  remedy: () => ({
    say:
      "In this order: leave out -z on a LAN; say `--compress-choice=zstd` (or zlibx) where both ends know it; " +
      "`--whole-file`; upgrade rsync on both ends.",
    steps: [], // which of these fits is for whoever wrote the job
  }),
};
