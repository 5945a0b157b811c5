import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { Fault } from "../base/fault.ts";
import { readDuration } from "../base/units.ts";
import type { Reads, Settings } from "../bisect/core/settings.ts";
import type { BisectionWish } from "../cli/world.ts";

/** What was asked for on the command line, as the journal keeps it. */
export function settingsOf(wish: BisectionWish): Settings {
  const { repo, old, termOld, termNew, paths, walk, build, deploy, hosts, withinMs, error, direction } = wish;
  const name = wish.name ?? basename(resolve(repo)).replace(/\.git$/, "");
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))
    throw new Fault("use.wrong", { what: `"${name}" is no name for a bisection.`, verb: "bisect start" });
  return {
    ...{ name, repo: existsSync(repo) ? resolve(repo) : repo, asked: { old, new: wish.new } },
    ...{ terms: { old: termOld, new: termNew }, paths, walk, hosts, withinMs, error, minStep: 0.25 },
    oracle: oracleOf(wish),
    ...(build === undefined ? {} : { build, keepBuilds: wish.keepBuilds }),
    ...(deploy === undefined ? {} : { deploy }),
    ...(direction === undefined ? {} : { direction: direction === "higher" ? 1 : -1 }),
    ...(wish.budget === undefined ? {} : { budget: budgetOf(wish.budget) }),
  };
}

function oracleOf({ run, match, jsonPath, lastLine, byEye }: BisectionWish): Settings["oracle"] {
  if (run === undefined) return { is: "person", answers: byEye ? "pass-fail" : "number" };
  const reads: Reads =
    match !== undefined
      ? { by: "match", pattern: match }
      : jsonPath !== undefined
        ? { by: "json", path: jsonPath }
        : lastLine
          ? { by: "last-line" }
          : { by: "exit" };
  return { is: "run", command: run, reads };
}

/** `12h`, or so many runs. */
function budgetOf(words: string): NonNullable<Settings["budget"]> {
  if (/^[1-9]\d*$/.test(words)) return { runs: Number(words) };
  const time = readDuration(words);
  if (time.ok) return { ms: time.value };
  throw new Fault("use.wrong", {
    what: `"${words}" is neither a number of runs nor a time such as 12h.`,
    verb: "bisect start",
  });
}
