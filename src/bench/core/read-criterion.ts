import { flaw, ok, type Read } from "../../base/read.ts";
import { printable } from "../../base/text.ts";
import { add, type Readings } from "./readings.ts";
import { scaled } from "./scaled.ts";

const VALUE = String.raw`(\d+(?:\.\d+)?) ([^\s\]\d]+)`;
/** An interval of values; the one of changes, in percent and signed, does not match. */
const LINE = new RegExp(String.raw`^(.*?)\s*\b(time|thrpt):\s+\[${VALUE} ${VALUE} ${VALUE}\]$`);
// biome-ignore lint/suspicious/noControlCharactersInRegex: its colours
const COLOURS = /\u001b\[[\d;]*m/g;

const ESTIMATES =
  "criterion's estimate of a whole benchmark is one reading: its interval is no reading and is left out; run it several times, or take its sample.json";
const SAMPLES = "criterion's samples are of one process: they tell less than as many runs of it would";

/**
 * What `cargo bench` prints: `NAME  time:  [low estimate high]`, a long name on a line of its own above. Each estimate
 * is one reading, in seconds, or bytes or elements a second.
 */
export function readCriterion(text: string): Read<Readings> {
  const metrics = new Map<string, number[]>();
  let name = "";
  for (const [at, raw] of text.replace(COLOURS, "").split("\n").entries()) {
    const line = raw.trimEnd();
    const [, before, kind, , , digits, unit] = LINE.exec(line) ?? [];
    if (kind === undefined) {
      if (/^\S/.test(line)) name = line;
      continue;
    }
    if (before !== "") name = before!.trim();
    if (name === "") return flaw("this estimate has no name", at + 1);
    const value = scaled(digits!, unit!);
    if (value === undefined) return flaw(`"${printable(unit!, 60)}" is no unit of ${kind}`, at + 1);
    add(metrics, `${printable(name)} ${kind}`, value);
  }
  return ok({ metrics, notes: [ESTIMATES] });
}

type Estimate = { point_estimate?: unknown } | null | undefined;
type Written = {
  iters?: unknown;
  times?: unknown;
  slope?: Estimate;
  mean?: Estimate;
  std_dev?: Estimate;
} | null;

/** Its `sample.json` (nanoseconds of so many rounds) or `estimates.json` (nanoseconds; the slope where it has one). */
export function readCriterionJson(whole: unknown): Read<Readings> {
  const { iters, times, slope, mean, std_dev: deviation } = (whole as Written) ?? {};
  if (areNumbers(iters) && areNumbers(times)) {
    if (iters.length !== times.length || iters.some((rounds) => rounds <= 0))
      return flaw("this sample has not as many times as rounds");
    const each = times.map((time, at) => time / iters[at]! / 1e9);
    return ok({ metrics: new Map(each.length === 0 ? [] : [["time", each]]), notes: [SAMPLES] });
  }
  if (mean && !deviation)
    return flaw("these estimates are of a change, not of a time: take those below new/");
  const estimate = slope?.point_estimate ?? mean?.point_estimate;
  if (typeof estimate !== "number") return flaw("this JSON is neither criterion's sample nor its estimates");
  return ok({ metrics: new Map([["time", [estimate / 1e9]]]), notes: [ESTIMATES] });
}

const areNumbers = (all: unknown): all is number[] =>
  Array.isArray(all) && all.every((one) => typeof one === "number");
