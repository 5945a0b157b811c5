import { flaw, ok, type Read } from "../../base/read.ts";
import { printable } from "../../base/text.ts";
import { isBenchstat, readBenchstat } from "./read-benchstat.ts";
import { readCriterion, readCriterionJson } from "./read-criterion.ts";
import { readFio } from "./read-fio.ts";
import { add, type Readings } from "./readings.ts";

export const FORMATS = ["fio", "hyperfine", "go", "criterion", "benchstat", "csv"] as const;
export type Format = (typeof FORMATS)[number];

/** What a measuring program printed, as readings by metric. A flaw's `at` is its line, from 1; 0 is all of the text. */
export function readReadings(text: string, as?: Format): Read<Readings> {
  const clean = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const read = READERS[as ?? formatOf(clean)](clean);
  if (!read.ok || read.value.metrics.size > 0) return read;
  return flaw("there is no reading in it");
}

const READERS: Readonly<Record<Format, (text: string) => Read<Readings>>> = {
  fio: (text) => json(text, (whole) => readFio(whole, (job) => lineOfNth(text, '"jobname"', job))),
  hyperfine: (text) => json(text, (whole) => readHyperfine(whole, text)),
  go: readGo,
  criterion: (text) => (/^\{/.test(text) ? json(text, readCriterionJson) : readCriterion(text)),
  benchstat: readBenchstat,
  csv: readCsv,
};

function formatOf(text: string): Format {
  if (/^\{/m.test(text)) return JSONS.find(([, mark]) => mark.test(text))?.[0] ?? "hyperfine";
  return TEXTS.find(([, is]) => is(text))?.[0] ?? "csv";
}

const JSONS: readonly (readonly [Format, RegExp])[] = [
  ["fio", /^\s*"fio version"/m],
  ["criterion", /"(?:sampling_mode|point_estimate)"/],
];
const TEXTS: readonly (readonly [Format, (text: string) => boolean])[] = [
  ["go", (text) => /^Benchmark\S+\s+\d+\s/m.test(text)],
  ["criterion", (text) => /(?:^|\s)time:\s.*\[\S+ \S+ \S+ \S+ \S+ \S+\]\s*$/m.test(text)],
  ["benchstat", isBenchstat],
];

/** fio writes its warnings before the JSON, into the same file. */
function json(text: string, read: (whole: unknown) => Read<Readings>): Read<Readings> {
  const start = Math.max(0, text.search(/^\{/m));
  try {
    return read(JSON.parse(text.slice(start)));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return flaw("this is no whole JSON", brokenAt(text, start, error.message));
  }
}

const TOKEN = /\s+|[{}[\],:]|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true\b|false\b|null\b/y;

/** The line of the first thing that JSON does not know, such as fio's `nan`; else where V8 says, when it does. */
function brokenAt(text: string, start: number, message: string): number {
  const token = new RegExp(TOKEN);
  token.lastIndex = start;
  let end = start;
  while (token.test(text)) end = token.lastIndex;
  const position = /position (\d+)/.exec(message)?.[1];
  if (end < text.length) return lineAt(text, end);
  if (position !== undefined) return lineAt(text, start + Number(position));
  return /end of JSON/.test(message) ? lineAt(text, text.trimEnd().length) : 0;
}

const lineAt = (text: string, position: number): number => text.slice(0, position).split("\n").length;

function lineOfNth(text: string, word: string, nth: number): number {
  const found = [...text.matchAll(new RegExp(word, "g"))][nth];
  return found === undefined ? 0 : lineAt(text, found.index);
}

type Timed = { results?: ({ command?: unknown; times?: unknown } | null)[] } | null;

function readHyperfine(whole: unknown, text: string): Read<Readings> {
  const results = (whole as Timed)?.results;
  if (!Array.isArray(results)) return flaw("this JSON is neither fio's nor hyperfine's");
  const metrics = new Map<string, readonly number[]>();
  for (const [at, result] of results.entries()) {
    const { command, times } = result ?? {};
    const isRead = Array.isArray(times) && times.every((time) => typeof time === "number");
    if (!isRead) return flaw("this command has no times", lineOfNth(text, '"command"', at));
    metrics.set(results.length === 1 ? "time" : `time of ${printable(String(command))}`, times);
  }
  return ok({ metrics, notes: [] });
}

/** `BenchmarkName-8  200  1234 ns/op  16 B/op`: a number of rounds, then values and their units. */
function readGo(text: string): Read<Readings> {
  const metrics = new Map<string, number[]>();
  for (const [at, line] of text.split("\n").entries()) {
    if (/^\s*--- FAIL/.test(line)) return flaw("a benchmark failed", at + 1);
    const [name, rounds, ...values] = line.trim().split(/\s+/);
    if (!name!.startsWith("Benchmark") || rounds === undefined || !/^\d+$/.test(rounds)) continue;
    if (values.length === 0 || values.length % 2 === 1) return flaw("a value lacks its unit", at + 1);
    for (let pair = 0; pair < values.length; pair += 2) {
      const value = numberOf(values[pair]!);
      if (value === undefined) return flaw(noNumber(values[pair]!), at + 1);
      add(metrics, `${name} ${values[pair + 1]}`, value);
    }
  }
  return ok({ metrics, notes: [] });
}

/** Columns of numbers, or one number a line. A column whose first row is no number holds labels. */
function readCsv(text: string): Read<Readings> {
  const rows = text
    .split("\n")
    .map((line, at) => ({ line: line.trim(), at: at + 1 }))
    .filter(({ line }) => line !== "" && !line.startsWith("#"));
  const mark = [",", ";", "\t"].find((one) => rows[0]?.line.includes(one)) ?? ",";
  const cells = rows.map(({ line, at }) => ({ at, row: line.split(mark).map(bare) }));
  const isHeader = cells[0]?.row.every((cell) => numberOf(cell) === undefined) === true;
  const [head, ...rest] = cells;
  const body = isHeader ? rest : cells;
  if (body[0] === undefined) return flaw("there is no reading in it");
  const names = isHeader ? head!.row : unnamed(body[0].row.length);
  if (new Set(names).size < names.length) return flaw("two columns have one name", head!.at);
  const wanted = names.filter((_, column) => numberOf(body[0]!.row[column] ?? "") !== undefined);
  if (wanted.length === 0) return flaw(noNumber(body[0].row[0]!), body[0].at);
  const metrics = new Map<string, number[]>();
  for (const { at, row } of body) {
    if (row.length !== names.length) return flaw(`${row.length} columns instead of ${names.length}`, at);
    for (const name of wanted) {
      const cell = row[names.indexOf(name)]!;
      const value = numberOf(cell);
      if (value === undefined) return flaw(noNumber(cell), at);
      add(metrics, name, value);
    }
  }
  return ok({ metrics, notes: [] });
}

const unnamed = (columns: number): string[] =>
  columns === 1 ? ["value"] : Array.from({ length: columns }, (_, at) => `column ${at + 1}`);

const bare = (cell: string): string => cell.trim().replace(/^"(.*)"$/, "$1");

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

function numberOf(cell: string): number | undefined {
  return NUMBER.test(cell) && Number.isFinite(Number(cell)) ? Number(cell) : undefined;
}

const noNumber = (cell: string): string => `"${printable(cell, 60)}" is no number`;
