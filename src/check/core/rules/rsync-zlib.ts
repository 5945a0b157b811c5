import type { Rule } from "../rule.ts";

export const rsyncZlib: Rule = {
  id: "rsync-zlib",
  says: "rsync -z does not die on large files",
  because:
    "with zlib, receivers up to 3.0.6 end with `inflate (token) returned -5`, and senders built with the system's zlib " +
    "before 3.4.4 with `deflate on token returned 0`, on blocks above 32 KiB, which files above about 1.1 GB have",
  sources: ["rsync NEWS 3.0.7, 3.4.4 and 3.5.0", "rsync(1), --compress-choice"],
  applies: ({ packages }) => packages.rsync !== undefined || "rsync is not installed",
  probe: { withinMs: 1000, run: "rsync --version 2>&1 | sed -n -e 1p -e '/Compress list/{n;p;}'" },
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
    return { is: "pass", evidence };
  },
  remedy: () => ({
    say:
      "In this order: leave out -z on a LAN; say `--compress-choice=zstd` (or zlibx) where both ends know it; " +
      "`--whole-file`; upgrade rsync on both ends.",
    steps: [], // which of these fits is for whoever wrote the job
  }),
};
