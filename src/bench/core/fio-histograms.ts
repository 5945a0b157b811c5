import { flaw, ok, type Read } from "../../base/read.ts";
import { WAYS, type Way } from "./run.ts";

/** One line of `run_clat_hist.1.log`: how many requests of the window that ended then fell into which bin. */
export type Histogram = { readonly endMs: number; readonly way: Way; readonly counts: readonly number[] };

/** fio's FIO_IO_U_PLAT_NR: 29 groups of 64 bins, of which `log_hist_coarseness` halves so many. */
const BINS = 29 * 64;
export const COARSENESS = 3; // 8 bins an octave
export const COARSE_BINS = BINS >> COARSENESS;

/** `564, 0, 4096, 0, 0, …`: milliseconds, direction, block size, and the count of each bin. */
export function readHistogramLog(text: string): Read<Histogram[]> {
  const histograms: Histogram[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const [endMs, direction, , ...counts] = line.replace(/,\s*$/, "").split(",").map(Number);
    const way = WAYS[direction ?? -1];
    if (way === undefined || !/^[\d, ]+$/.test(line))
      return flaw("this is no line of a fio histogram", at + 1);
    if (counts.length !== COARSE_BINS)
      return flaw(
        `it has ${counts.length} bins, not the ${COARSE_BINS} of log_hist_coarseness=${COARSENESS}`,
        at + 1,
      );
    histograms.push({ endMs: endMs!, way, counts });
  }
  return ok(histograms);
}

/** In which coarse bin fio counts a latency (its plat_val_to_idx). */
export function coarseBin(ns: number): number {
  const shift = Math.max(0, Math.floor(Math.log2(Math.max(1, ns))) - 6);
  const fine = shift * 64 + Math.floor(ns / 2 ** shift);
  return Math.min(BINS - 1, fine) >> COARSENESS;
}

/** Where a coarse bin begins, in nanoseconds; it ends where the next one does. */
export function edgeOf(bin: number): number {
  const fine = bin << COARSENESS;
  const shift = Math.max(0, (fine >> 6) - 1);
  return (fine - shift * 64) * 2 ** shift;
}
