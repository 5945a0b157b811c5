import { COARSE_BINS, coarseBin, edgeOf, type Histogram } from "./fio-histograms.ts";
import type { Done } from "./fio-json.ts";
import type { LatencyMap, Way } from "./run.ts";
import { LEAST_PART } from "./series.ts";

/** As many columns as a picture shows; longer runs have longer ones. */
export const MOST_COLUMNS = 120;

export type Process = { readonly histograms: readonly Histogram[]; readonly done: Done };

/** How long requests took and when, all processes: their windows put on one grid, and no request lost. */
export function latencyMap(way: Way, processes: readonly Process[], windowMs: number): LatencyMap[] {
  const known = processes.filter(({ histograms }) => histograms.length > 0);
  const longest = Math.max(0, ...known.map(({ done }) => done.ms));
  if (longest === 0) return [];
  const logged = Math.max(...known.map(({ histograms: all }) => all.at(-1)!.endMs / all.length));
  const windows = Math.max(1, Math.round(logged / windowMs), Math.ceil(longest / windowMs / MOST_COLUMNS));
  const stepMs = windows * windowMs;
  const columns = Array.from({ length: Math.max(1, Math.ceil(longest / stepMs - LEAST_PART)) }, () =>
    new Array<number>(COARSE_BINS).fill(0),
  );
  for (const { atMs, counts } of known.flatMap(windowsOf)) {
    const column = columns[Math.min(columns.length - 1, Math.floor(atMs / stepMs))]!;
    for (const [bin, count] of counts.entries()) column[bin]! += count;
  }
  const isUsed = (bin: number) => columns.some((column) => column[bin]! > 0);
  const used = Array.from({ length: COARSE_BINS }, (_, bin) => bin).filter(isUsed);
  if (used.length === 0) return [];
  const [first, end] = [used[0]!, used.at(-1)! + 1];
  const edges = Array.from({ length: end - first + 1 }, (_, at) => edgeOf(first + at));
  return [{ way, stepMs, edges, columns: columns.map((column) => column.slice(first, end)) }];
}

type Window = { readonly atMs: number; readonly counts: readonly number[] }; // at its middle

/** fio drops its last, unfinished window: what its bins have besides was done in it. */
function windowsOf({ histograms, done }: Process): Window[] {
  const left = new Array<number>(COARSE_BINS).fill(0);
  for (const { ns, count } of done.bins) left[coarseBin(ns)]! += count;
  let fromMs = 0;
  const windows = histograms.map(({ endMs, counts }): Window => {
    const atMs = (fromMs + endMs) / 2;
    fromMs = endMs;
    for (const [bin, count] of counts.entries()) left[bin]! -= count;
    return { atMs, counts };
  });
  return [...windows, { atMs: (fromMs + done.ms) / 2, counts: left.map((count) => Math.max(0, count)) }];
}
