import { PROFILES } from "../../bench/core/profiles.ts";
import { forLoginShell } from "../../host/core/login-shell.ts";
import type { State } from "./replay.ts";
import { type BenchOracle, type Reads, type Settings, USUAL_WITHIN_MS } from "./settings.ts";

/** What to type to see a verdict again, each with what it does. */
export type Verifying = readonly { readonly says: string; readonly lines: readonly string[] }[];

/** `parents`: of the first of the commits that were found. */
export function verifyingOf(
  { settings }: State,
  found: readonly string[],
  parents: readonly string[],
): Verifying {
  const decided = {
    says: "From the readings beside this report, decided anew to the last bit",
    lines: ["rackhand bisect replay journal.jsonl --steps"],
  };
  const [old, newest] = [parents[0], found.at(-1)];
  if (old === undefined || newest === undefined) return [decided];
  const bylog = {
    says: "In a clone of the repository, as git itself sees the search",
    lines: ["git bisect replay bisect.log"],
  };
  const again = `${settings.name.slice(0, 58)}-again`;
  const job = jobFileOf(settings);
  const anew = {
    says:
      "By new readings of the commits on both sides of the change alone, built and measured as here" +
      (job === null ? "" : `, by ${job} beside this report`),
    lines: [
      ...(settings.origin === undefined ? [] : [`git clone ${forLoginShell([settings.origin])} again`]),
      forLoginShell(["rackhand", ...startWords(settings, { name: again, old, newest })]),
      settings.oracle.is === "person"
        ? `rackhand bisect next --name ${again}`
        : `rackhand bisect run --name ${again}`,
    ],
  };
  return [anew, decided, bylog];
}

/** The file of a job that Rackhand has not among its profiles, or no longer so: `report --out` writes it. */
export function jobFileOf({ oracle }: Pick<Settings, "oracle">): string | null {
  return oracle.is !== "bench" || isProfile(oracle.job) ? null : `${oracle.job.name}.fio`;
}

const isProfile = ({ name, text }: BenchOracle["job"]): boolean =>
  Object.hasOwn(PROFILES, name) && PROFILES[name]!.job === text;

/** As `bisect start` takes them. */
function startWords(
  settings: Settings,
  { name, old, newest }: { name: string; old: string; newest: string },
): string[] {
  const { repo, origin, terms, build, deploy, hosts, error, direction, withinMs, leastChange } = settings;
  const isUsual = terms.old === "old" && terms.new === "new";
  return [
    ...["bisect", "start", "--name", name, "--repo", origin === undefined ? repo : "again"],
    ...["--old", old, "--new", newest],
    ...(isUsual ? [] : ["--term-old", terms.old, "--term-new", terms.new]),
    ...(build === undefined ? [] : ["--build", build]),
    ...(deploy === undefined ? [] : ["--deploy", deploy]),
    ...oracleWords(settings),
    ...hosts.flatMap((host) => ["--on", host]),
    ...(direction === undefined ? [] : ["--direction", direction === 1 ? "higher" : "lower"]),
    ...(withinMs === USUAL_WITHIN_MS ? [] : ["--within", `${withinMs}ms`]),
    ...(leastChange === undefined ? [] : ["--min-step", `${Number((100 * leastChange).toPrecision(12))}%`]),
    ...["--error", String(error)],
  ];
}

function oracleWords(settings: Settings): string[] {
  const { oracle } = settings;
  if (oracle.is === "run") return ["--run", oracle.command, ...READ_WORDS[oracle.reads.by](oracle.reads)];
  if (oracle.is === "person") return oracle.answers === "pass-fail" ? ["--by-eye"] : [];
  const { job, set, metric, directory } = oracle;
  return [
    ...["--bench", jobFileOf(settings) ?? job.name, "--metric", metric],
    ...set.flatMap((one) => ["--set", `${one.name}=${one.value}`]),
    ...(directory === undefined ? [] : ["--directory", directory]),
  ];
}

const READ_WORDS: { readonly [By in Reads["by"]]: (reads: Reads) => string[] } = {
  exit: () => [],
  "last-line": () => ["--last-line"],
  match: (reads) => (reads.by === "match" ? ["--match", reads.pattern] : []),
  json: (reads) => (reads.by === "json" ? ["--json-path", reads.path] : []),
};
