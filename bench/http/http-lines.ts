import { spreadOf, spreadWords } from "../spread.ts";
import type { HttpReport, Name, Reading } from "./bench-http.ts";
import { isLarge, ROWS, type Row } from "./rows.ts";

const of = ({ readings }: HttpReport, row: Row, server: Name): readonly Reading[] =>
  readings.filter((one) => one.row === row.name && one.server === server);
const speed = (row: Row) => (one: Reading) => (isLarge(row) ? one.mbPerSecond : one.requestsPerSecond);
const median = (numbers: readonly number[]): number => spreadOf(numbers)?.median ?? Number.NaN;

/** Markdown, as it stands in docs/speed.md. */
export function httpLines(report: HttpReport): string[] {
  const lines = measured(report).map((row) => {
    const cells = (["rackhand", "nginx"] as const).map((name) => {
      const its = of(report, row, name);
      const p99 = median(its.map((one) => one.p99Ms)).toFixed(1);
      const cost = (median(its.map((one) => one.costMs)) / 1000).toFixed(1);
      return `${spreadWords(spreadOf(its.map(speed(row))), 0)} [${cost}; ${p99}]`;
    });
    const { words, met } = judge(report, row);
    return `| ${row.name} | ${cells.join(" | ")} | ≥ ${row.times} | ${met ? words : `**${words}**`} |`;
  });
  return [
    "40 MB: MB/s, 4 KB: requests/s; median (min-max) [processor time of the server, s in 2 s; p99, ms].",
    "",
    "| | rackhand | nginx | goal, times nginx | reached |",
    "|--|--|--|--|--|",
    ...lines,
    "",
    `Failed requests: rackhand ${failures(report, "rackhand")}, nginx ${failures(report, "nginx")}.`,
  ];
}

export const httpMet = (report: HttpReport): boolean =>
  failures(report, "rackhand") === 0 && measured(report).every((row) => judge(report, row).met);

const measured = ({ readings }: HttpReport): readonly Row[] =>
  ROWS.filter(({ name }) => readings.some(({ row }) => row === name));

const failures = ({ readings }: HttpReport, name: Name): number =>
  readings.filter(({ server }) => server === name).reduce((sum, { errors }) => sum + errors, 0);

function judge(report: HttpReport, row: Row): { words: string; met: boolean } {
  const value = (name: Name) => median(of(report, row, name).map(speed(row)));
  const ratio = value("rackhand") / value("nginx");
  return { words: ratio.toFixed(2), met: ratio >= row.times };
}
