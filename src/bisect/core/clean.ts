import { referenceLevels } from "./drift.ts";
import type { Reading, Search } from "./engine.ts";
import { OLD_END } from "./engine.ts";
import { wanders } from "./ljung-box.ts";

/** Readings as if all had been taken on one machine, at one time, without the odd one far out. */
export type Cleaned = {
  readonly values: readonly Reading[];
  readonly reference: number | undefined; // the commit to read regularly, when the machine drifts
};

/** From this many readings on, spread and drift can be told at all. */
const ENOUGH = 12;

export function cleaned(search: Search, readings: readonly Reading[]): Cleaned {
  if (search.answers === "pass-fail") return { values: readings, reference: undefined };
  const levelled = withoutMachines(readings, search.history.size - 1);
  const drifts = search.drift === "on" || (search.drift === "when-seen" && driftSeen(levelled, search));
  const still = drifts ? withoutDrift(levelled) : levelled;
  const values = search.outliers === "clip" && still.length >= ENOUGH ? clipped(still, search) : still;
  return { values, reference: drifts ? OLD_END : undefined };
}

/** A machine's own offset is what its readings of the ends show, drawn towards nothing while they are few. */
function withoutMachines(readings: readonly Reading[], newEnd: number): readonly Reading[] {
  const machines = [...new Set(readings.map(({ machine }) => machine))];
  if (machines.length < 2) return readings;
  const ends = readings.filter(({ commit }) => commit === OLD_END || commit === newEnd);
  const level = new Map(
    [OLD_END, newEnd].map((end) => [end, meanOf(ends.filter(({ commit }) => commit === end))]),
  );
  const offset = new Map(
    machines.map((name) => {
      const own = ends.filter(({ machine }) => machine === name);
      const off = own.reduce((sum, one) => sum + one.value - level.get(one.commit)!, 0);
      return [name, off / (own.length + 1)];
    }),
  );
  return readings.map((one) => ({ ...one, value: one.value - offset.get(one.machine)! }));
}

const meanOf = (readings: readonly Reading[]): number =>
  readings.reduce((sum, { value }) => sum + value, 0) / Math.max(1, readings.length);

/** Looked for at growing lengths, so that what was once seen stays seen. */
function driftSeen(readings: readonly Reading[], search: Search): boolean {
  for (let length = ENOUGH; length <= readings.length; length = Math.ceil(length * 1.5)) {
    if (wanders(residuals(readings.slice(0, length), search))) return true;
  }
  return false;
}

function withoutDrift(readings: readonly Reading[]): Reading[] {
  const level = referenceLevels(
    readings.map(({ commit, value }) => (commit === OLD_END ? value : undefined)),
  );
  const middle = level.reduce((sum, one) => sum + one, 0) / Math.max(1, level.length);
  return readings.map((one, at) => ({ ...one, value: one.value - level[at]! + middle }));
}

/** Tukey's outer fences. */
const FENCE = 3;
/** More than this share beyond the fences are no outliers, but something that we do not understand. */
const MOST_ODD = 0.12;

/** A few readings beyond the fences tell nothing and are left out; many count as if they stood on the fence. */
function clipped(readings: readonly Reading[], search: Search): readonly Reading[] {
  const off = residuals(readings, search);
  const sorted = off.toSorted((a, b) => a - b);
  const [low, high] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const [floor, ceiling] = [low - FENCE * (high - low), high + FENCE * (high - low)];
  const isOdd = (at: number) => off[at]! < floor || off[at]! > ceiling;
  const few = off.filter((_, at) => isOdd(at)).length <= MOST_ODD * readings.length;
  if (few) return readings.filter((_, at) => !isOdd(at));
  return readings.map((one, at) => {
    const inside = Math.min(ceiling, Math.max(floor, off[at]!));
    return { ...one, value: one.value - off[at]! + inside };
  });
}

/**
 * How far each reading is from the level of its commit's state, taken as the end whose median is nearer to
 * its commit's.
 */
function residuals(readings: readonly Reading[], { history }: Search): number[] {
  const of = new Map<number, number[]>();
  for (const { commit, value } of readings) of.set(commit, [...(of.get(commit) ?? []), value]);
  const median = (commit: number) =>
    quantile(
      (of.get(commit) ?? [0]).toSorted((a, b) => a - b),
      0.5,
    );
  const [old, young] = [median(OLD_END), median(history.size - 1)];
  const level = new Map(
    [...of.keys()].map((commit) => {
      const own = median(commit);
      return [commit, Math.abs(own - old) <= Math.abs(own - young) ? old : young];
    }),
  );
  return readings.map(({ commit, value }) => value - level.get(commit)!);
}

const quantile = (sorted: readonly number[], q: number): number => {
  const at = q * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return below + (above - below) * (at - Math.floor(at));
};
