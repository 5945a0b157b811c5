import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { Fault } from "../base/fault.ts";
import { readDuration } from "../base/units.ts";
import { COUNTERS } from "../bench/core/counters.ts";
import { METRICS } from "../bench/core/metrics.ts";
import { addressOf } from "../bisect/core/address.ts";
import { readsFlaw } from "../bisect/core/oracle.ts";
import { answersOf, isName, type Reads, type Settings } from "../bisect/core/settings.ts";
import { termsFlaw } from "../bisect/core/terms.ts";
import type { BisectionWish } from "../cli/world.ts";
import { jobOf, settingOf } from "./benches.ts";

/** What was asked for on the command line, as the journal keeps it. */
export function settingsOf(wish: BisectionWish): Settings {
  const {
    repo,
    old,
    termOld,
    termNew,
    paths,
    walk,
    build,
    deploy,
    hosts,
    withinMs,
    error,
    direction,
    keepBuilds,
  } = wish;
  const name = wish.name ?? basename(resolve(repo)).replace(/\.git$/, "");
  if (!isName(name))
    throw new Fault("use.wrong", { what: `"${name}" is no name for a bisection.`, verb: "bisect start" });
  const terms = { old: termOld, new: termNew };
  const wrong = termsFlaw(terms) ?? strayOf(wish);
  if (wrong !== undefined) throw new Fault("use.wrong", { what: wrong, verb: "bisect start" });
  const oracle = oracleOf(wish);
  return {
    ...{ name, repo: existsSync(repo) ? resolve(repo) : addressOf(repo).told, asked: { old, new: wish.new } },
    ...{ terms, paths, walk, hosts, withinMs, error },
    oracle,
    ...(build === undefined ? {} : { build }),
    ...(build === undefined || keepBuilds === undefined ? {} : { keepBuilds }),
    ...(deploy === undefined ? {} : { deploy }),
    ...(direction === undefined ? {} : { direction: direction === "higher" ? 1 : -1 }),
    ...(wish.budget === undefined ? {} : { budget: budgetOf(wish.budget) }),
    ...(wish.minStep === undefined ? {} : { leastChange: partOf("--min-step", wish.minStep, oracle) }),
    ...(wish.allChanges ? { changes: allOf(oracle) } : {}),
    ...(wish.leastShare === undefined
      ? {}
      : { leastShare: partOf("--least-share", wish.leastShare, oracle) }),
  };
}

function oracleOf(wish: BisectionWish): Settings["oracle"] {
  const { run, match, jsonPath, lastLine, byEye, bench, metric, directory } = wish;
  if (bench !== undefined) {
    if (metric === undefined || run !== undefined) {
      const what = "A bench is read by one --metric, such as iops-mean, and has no --run beside it.";
      throw new Fault("use.wrong", { what, verb: "bisect start" });
    }
    if (!Object.hasOwn(METRICS, metric) && !COUNTERS.includes(metric)) {
      const what = `No bench has a metric "${metric}": ${[...Object.keys(METRICS), ...COUNTERS].join(", ")}.`;
      throw new Fault("use.wrong", { what, verb: "bisect start" });
    }
    const { name, text } = jobOf(bench);
    const set = wish.set.map(settingOf);
    return {
      is: "bench",
      job: { name, text },
      set,
      metric,
      ...(directory === undefined ? {} : { directory }),
    };
  }
  if (run === undefined) return { is: "person", answers: byEye ? "pass-fail" : "number" };
  const reads: Reads =
    match !== undefined
      ? { by: "match", pattern: match }
      : jsonPath !== undefined
        ? { by: "json", path: jsonPath }
        : lastLine
          ? { by: "last-line" }
          : { by: "exit" };
  const wrong = readsFlaw(reads);
  if (wrong !== undefined) throw new Fault("use.wrong", { what: wrong, verb: "bisect start" });
  return { is: "run", command: run, reads };
}

/** What would be left unheard: flags that say how something is read which is not there, or twice. */
function strayOf({ run, bench, byEye, ...wish }: BisectionWish): string | undefined {
  const given = (flags: Readonly<Record<string, unknown>>) =>
    Object.keys(flags).filter((flag) => flags[flag] !== undefined && flags[flag] !== false);
  const reads = given({
    "--last-line": wish.lastLine,
    "--match": wish.match,
    "--json-path": wish.jsonPath,
  });
  const set = wish.set.length > 0;
  const ofBench = given({ "--metric": wish.metric, "--set": set, "--directory": wish.directory });
  if (run === undefined && reads.length > 0)
    return `${reads[0]} is for what a --run prints, and there is none.`;
  if (reads.length > 1) return `${reads.join(" and ")} each say where the number is: give one of them.`;
  if (bench === undefined && ofBench.length > 0) return `${ofBench[0]} is for a --bench, and there is none.`;
  if (byEye && (run ?? bench) !== undefined) return "--by-eye is for a person, with no --run and no --bench.";
  return undefined;
}

/** `5%` is 0.05. */
function partOf(flag: string, words: string, oracle: Settings["oracle"]): number {
  forNumbers(flag, oracle);
  const part = /^\d+(?:\.\d+)?%$/.test(words) ? Number(words.slice(0, -1)) / 100 : 0;
  if (part > 0) return part;
  throw new Fault("use.wrong", { what: `"${words}" is no part such as 5%.`, verb: "bisect start" });
}

function allOf(oracle: Settings["oracle"]): "all" {
  forNumbers("--all-changes", oracle);
  return "all";
}

/** A test's two answers have no third level between them. */
function forNumbers(flag: string, oracle: Settings["oracle"]): void {
  if (answersOf({ oracle }) === "number") return;
  throw new Fault("use.wrong", { what: `${flag} is for numbers, not for tests.`, verb: "bisect start" });
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
