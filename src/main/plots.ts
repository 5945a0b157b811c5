import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { printable } from "../base/text.ts";
import { runsCalled } from "../bench/benches.ts";
import { type Drawn, drawnOfLog, drawnOfRun, drawnOfValues } from "../bench/core/drawn.ts";
import { logName } from "../bench/core/fio-logs.ts";
import { pictured } from "../bench/core/pictured.ts";
import { readReadings } from "../bench/core/read-readings.ts";
import type { PlotAsked, Said } from "../cli/world.ts";
import { csv } from "../plot/core/csv.ts";
import type { Picture } from "../plot/core/picture.ts";
import { SHEET, svg } from "../plot/core/svg.ts";
import { type Screen, sketched } from "../plot/core/terminal.ts";
import { hasFont, png } from "../plot/png.ts";
import { benchesOf } from "./benches.ts";

type World = { readonly state: string; readonly screen: Screen };
const verb = "bench plot";
const MOST_BYTES = 64 * 2 ** 20;
const MOST_RUNS = 12; // two of each ink

/** Runs of the store, or files that fio and others left, as one picture: here, or written to a file. */
export function plotRuns(
  { runs, baselineSsd, baselineHdd, metric, out, ...asked }: PlotAsked,
  world: World,
): Said {
  const band = (name: string, called: string | undefined): Drawn[] =>
    called === undefined ? [] : [{ ...joined(drawnOf(called, metric, world)), name }];
  const baselines = [...band("SSD", baselineSsd), ...band("HDD", baselineHdd)];
  const drawn = distinct(runs.flatMap((called) => drawnOf(called, metric, world)));
  if (drawn.length > MOST_RUNS)
    throw wrong(
      `${drawn.length} runs are more than ${MOST_RUNS}, which is all that one picture can tell apart.`,
    );
  const made = pictured(drawn, { ...asked, baselines });
  if (!made.ok) throw wrong(`That cannot be drawn: ${made.flaw}.`);
  const names = drawn.map(({ name }) => name);
  if (out === undefined) return { says: sketched(made.value, world.screen), answer: made.value, exit: 0 };
  return written(made.value, out, names);
}

const wrong = (what: string): Fault => new Fault("use.wrong", { what, verb });

const WRITERS: Readonly<Record<string, (picture: Picture) => string | Uint8Array>> = {
  ".svg": (picture) => svg(picture),
  ".png": (picture) => png(svg(picture, { ...SHEET, theme: "light" })),
  ".csv": csv,
};

function written(picture: Picture, out: string, runs: readonly string[]): Said {
  const writer = WRITERS[extname(out).toLowerCase()];
  if (writer === undefined) throw wrong(`"${printable(out)}" ends neither in .svg nor in .png nor in .csv.`);
  const path = resolve(out);
  try {
    writeFileSync(path, writer(picture));
  } catch (error) {
    throw new Fault("use.wrong", { what: `${path} cannot be written: ${reason(error)}`, verb }, error);
  }
  const isMute = path.toLowerCase().endsWith(".png") && !hasFont();
  const note = "This machine has no font, so the words are missing: `apt-get install fonts-dejavu-core`.";
  return {
    says: [`Written: ${path}`, ...(isMute ? [note] : [])],
    answer: { written: path, runs },
    exit: isMute ? 1 : 0,
  };
}

/** By an id or a name in the store, else a file. */
function drawnOf(called: string, metric: string | undefined, { state }: World): Drawn[] {
  const kept = runsCalled(benchesOf(state).all(), called);
  if (kept.length > 0) return kept.map(drawnOfRun);
  if (!existsSync(called)) throw new Fault("bench.no-run", { name: printable(called) });
  const [name, text] = [basename(called), textOf(called)];
  const log = logName(name);
  if (log === undefined) return [valuesIn(called, text, metric)];
  const read = drawnOfLog(name.replace(/_[a-z]+\.\d+\.log$/, ""), log.kind, text);
  if (!read.ok) throw unreadable(called, read);
  return [read.value];
}

const unreadable = (path: string, { flaw, at }: { flaw: string; at: number }): Fault =>
  new Fault("bench.unreadable", { path, why: at === 0 ? flaw : `line ${at}: ${flaw}` });

function valuesIn(path: string, text: string, wanted: string | undefined): Drawn {
  const read = readReadings(text);
  if (!read.ok) throw unreadable(path, read);
  const { metrics } = read.value;
  const metric = wanted ?? (metrics.size === 1 ? [...metrics.keys()][0]! : "");
  const values = metrics.get(metric);
  if (values !== undefined) return drawnOfValues(basename(path).replace(/\.\w+$/, ""), values, metric);
  const list = printable([...metrics.keys()].join(", "), 1500);
  throw wrong(`Say with --metric which of these in ${printable(path)} is to be drawn: ${list}.`);
}

function textOf(path: string): string {
  try {
    if (statSync(path).size > MOST_BYTES) throw new Error("it is larger than 64 MiB");
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Fault("bench.unreadable", { path, why: reason(error) }, error);
  }
}

/** Runs that repeat each other share a name: they are numbered. */
function distinct(all: readonly Drawn[]): Drawn[] {
  const seen = new Map<string, number>();
  return all.map((one) => {
    const times = (seen.get(one.name) ?? 0) + 1;
    seen.set(one.name, times);
    return times === 1 ? one : { ...one, name: `${one.name} (${times})` };
  });
}

/** Several runs of a baseline are one band. */
const joined = (all: readonly Drawn[]): Drawn => ({ ...all[0]!, iops: all.flatMap(({ iops }) => iops) });
