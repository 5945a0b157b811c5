import { flaw, ok, type Read } from "../../base/read.ts";
import { printable } from "../../base/text.ts";
import { add, type Readings } from "./readings.ts";
import { scaled } from "./scaled.ts";

type Column = { readonly from: number; readonly to: number; readonly of: string; readonly unit: string };
type Cell = Pick<Column, "of" | "unit"> & { readonly name: string; readonly value: number };
type Placed = Cell & { readonly pkg: string; readonly at: number };

const CENTRES =
  "benchstat's table has one value for all runs of a benchmark, and its ± is no reading and is left out: compare what `go test` printed";
const OLD_UNIT = String.raw`(?:\S+\/op|\S+\/s|speed)`;

/** Has it a table of benchstat's: with bars between its columns, or as it was before 2023, with `old time/op`. */
export const isBenchstat = (text: string): boolean =>
  text.split("\n").some((line) => /^\s*│.*│\s*$/.test(line) || oldColumns(line) !== undefined);

/**
 * benchstat's tables of both forms: of each benchmark the centre alone (today's median, once the mean), in seconds or
 * bytes, `of` a file where there are several. A cell belongs to the column below whose head it stands.
 */
export function readBenchstat(text: string): Read<Readings> {
  const cells: Placed[] = [];
  let [columns, head, pkg]: [readonly Column[], string, string] = [[], "", ""];
  for (const [at, line] of text.split("\n").entries()) {
    const heads = line.includes("│") ? barColumns(head, line) : oldColumns(line);
    head = line.includes("│") ? line : "";
    pkg = /^\s*pkg: (\S+)/.exec(line)?.[1] ?? pkg;
    if (heads !== undefined || line.trim() === "") columns = heads ?? [];
    if (heads !== undefined || columns.length === 0 || NO_ROW.test(line)) continue;
    const row = cellsOf(line, columns);
    if (!row.ok) return flaw(row.flaw, at + 1);
    cells.push(...row.value.map((cell) => ({ ...cell, pkg, at: at + 1 })));
  }
  return asMetrics(cells);
}

const NO_ROW = /^\s*(?:geomean\b|\[Geo mean\]|[¹²³⁴⁵⁶⁷⁸⁹])/;

/** The lowest of the heads has the units, the one above it the files. */
function barColumns(above: string, line: string): Column[] {
  const bars = [...line.matchAll(/│/g)].map(({ index }) => index);
  return bars.slice(0, -1).map((from, at) => {
    const to = bars[at + 1]!;
    const [of, unit] = [above, line].map((one) => one.slice(from + 1, to).trim());
    return {
      from: from + 1,
      to: at === bars.length - 2 ? Infinity : to,
      of: of!,
      unit: unit!.split(/\s/)[0]!,
    };
  });
}

/** `name  old time/op  new time/op  delta`, of one file `name  time/op`, of three `name \ time/op  a  b  c`. */
function oldColumns(line: string): Column[] | undefined {
  const [first, ...rest] = [...line.matchAll(/\S+(?: \S+)*/g)].map((found) => ({
    from: found.index,
    words: found[0],
  }));
  const shared = new RegExp(String.raw`^name \\ (${OLD_UNIT})$`).exec(first?.words ?? "")?.[1];
  if (shared === undefined && first?.words !== "name") return undefined;
  const columns = rest.flatMap(({ from, words }, at) => {
    const [, of = "", unit] = new RegExp(`^(?:(old|new) )?(${OLD_UNIT})$`).exec(words) ?? [];
    const to = rest[at + 1]?.from ?? Infinity;
    if (shared !== undefined) return [{ from, to, of: words, unit: shared }];
    return unit === undefined ? [] : [{ from, to, of, unit }];
  });
  return columns.length === 0 ? undefined : columns;
}

function cellsOf(line: string, columns: readonly Column[]): Read<Cell[]> {
  const name = line.slice(0, columns[0]!.from).replace("│", "").trim();
  const cells: Cell[] = [];
  for (const { from, to, of, unit } of columns) {
    const words = line.slice(from, to).trim();
    if (words === "") continue;
    const [, digits = "", scale = ""] = /^(-?\d+(?:\.\d+)?)([^\s\d]*)(?:\s|$)/.exec(words) ?? [];
    const value = digits === "" ? undefined : scaled(digits, scale);
    if (value === undefined) return flaw(`"${printable(words, 60)}" is no value of benchstat's`);
    cells.push({ name, of, unit, value });
  }
  return ok(cells);
}

function asMetrics(cells: readonly Placed[]): Read<Readings> {
  const several = (all: string[]) => new Set(all).size > 1;
  const [files, packages] = [several(cells.map(({ of }) => of)), several(cells.map(({ pkg }) => pkg))];
  const metrics = new Map<string, number[]>();
  for (const { name, pkg, of, unit, value, at } of cells) {
    const metric = printable(`${packages ? `${pkg} ` : ""}${name} ${unit}${files ? ` of ${of}` : ""}`);
    if (metrics.has(metric)) return flaw(`${metric} stands in two tables: give each by itself`, at);
    add(metrics, metric, value);
  }
  return ok({ metrics, notes: [CENTRES] });
}
