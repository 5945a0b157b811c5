import { type Environment, type Moment, SETTINGS, type Setting } from "./environment.ts";

/** So much warmer, and a processor or a disk may be slower for it. */
const WARMER = 10;
const LOADED = 0.5; // more load on each processor
const DISK_BUSY = 1e6; // bytes a second of others, before a run began

export type Compared = {
  /** What differs on purpose, such as the kernel that is searched for. */
  readonly except?: readonly Setting[];
};

/**
 * Sentences about what two sets of runs had not in common, besides what was changed between them; empty
 * when nothing is known to differ. What one side does not tell is no difference.
 */
export function differences(
  a: readonly Environment[],
  b: readonly Environment[],
  { except = [] }: Compared = {},
): string[] {
  if (a.length === 0 || b.length === 0) return [];
  const names = (Object.keys(SETTINGS) as Setting[]).filter((name) => !except.includes(name));
  return [...names.flatMap((name) => ofSetting(name, a, b)), ...ofMoments(a, b)];
}

function ofSetting(name: Setting, a: readonly Environment[], b: readonly Environment[]): string[] {
  const [ours, theirs] = [a, b].map((side) =>
    [...new Set(side.flatMap((one) => one.settings[name] ?? []))].sort(),
  );
  const [left, right] = [ours!.join(" and "), theirs!.join(" and ")];
  if (left === "" || right === "" || (left === right && ours!.length === 1)) return [];
  if (left === right) return [`The runs differ among themselves: ${SETTINGS[name]} is ${left}.`];
  return [`The ${SETTINGS[name]} differs: ${left} in A, ${right} in B.`];
}

function ofMoments(a: readonly Environment[], b: readonly Environment[]): string[] {
  const found: string[] = [];
  const both = (read: (one: Environment) => number | null) => [mean(a, read), mean(b, read)] as const;
  const [cool, hot] = both((one) => one.before?.hottest ?? null);
  if (cool !== null && hot !== null && Math.abs(cool - hot) > WARMER) {
    found.push(`The hottest sensor differs: ${degrees(cool)} in A, ${degrees(hot)} in B.`);
  }
  const [idle, loaded] = both(({ before, settings }) =>
    before === null || before.load === null ? null : before.load / Number(settings.processors ?? 1),
  );
  if (idle !== null && loaded !== null && Math.abs(idle - loaded) > LOADED) {
    found.push(
      `The load before the runs differs: ${idle.toFixed(2)} a processor in A, ${loaded.toFixed(2)} in B.`,
    );
  }
  const [sideA, sideB] = [a, b].map((side) => [...new Set(side.flatMap(disturbances))].sort());
  for (const what of sideA!) if (!sideB!.includes(what)) found.push(`Only in A: ${what}.`);
  for (const what of sideB!) if (!sideA!.includes(what)) found.push(`Only in B: ${what}.`);
  return found;
}

/** What disturbed one run, in words that say nothing of how much, so that runs can be compared by them. */
export function disturbances({ before, after }: Environment): string[] {
  const moments = [before, after].filter((moment): moment is Moment => moment !== null);
  const busy = new Set(moments.flatMap((moment) => moment.busy.map(({ name }) => name)));
  const found = [...busy].map((name) => `${name} was busy beside the bench`);
  if (moments.some((moment) => moment.rebuilding)) found.push("a software RAID was being rebuilt or checked");
  if ((before?.diskBytesPerSecond ?? 0) > DISK_BUSY) found.push("others used the disk before the run");
  if ((after?.throttled ?? 0) > (before?.throttled ?? Infinity)) {
    found.push("processors were slowed down for heat");
  }
  return found;
}

function mean(side: readonly Environment[], read: (one: Environment) => number | null): number | null {
  const known = side.map(read).filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((all, value) => all + value, 0) / known.length;
}

const degrees = (value: number): string => `${value.toFixed(0)} °C`;
