import { spreadOf, spreadWords } from "../spread.ts";
import type { MirrorReport, Reading } from "./bench-mirror.ts";
import { GOAL, ROWS, type Row } from "./rows.ts";
import { NAMES, type Name } from "./servers.ts";

/** Markdown, as it stands in docs/speed.md. */
export function mirrorLines(report: MirrorReport): string[] {
  const lines = measured(report).map((row) => {
    const cells = NAMES.map((name) => {
      const its = of(report, row, name);
      const cost = median(its.map((one) => one.msPerMb)).toFixed(1);
      return `${spreadWords(spreadOf(its.map((one) => one.mbPerSecond)), 0)} [${cost}]`;
    });
    const { words, met } = judge(report, row);
    return `| ${row.name} | ${cells.join(" | ")} | ${met ? words : `**${words}**`} |`;
  });
  return [
    "MB/s, median (min-max) [processor time of the server, ms per MB].",
    "",
    `| | ${NAMES.join(" | ")} | times apt-cacher-ng, goal ≥ ${GOAL} |`,
    "|--|--|--|--|",
    ...lines,
    "",
    `Failed requests: ${NAMES.map((name) => `${name} ${failures(report, name)}`).join(", ")}.`,
  ];
}

export const mirrorMet = (report: MirrorReport): boolean =>
  failures(report, "rackhand") === 0 && measured(report).every((row) => judge(report, row).met);

const of = ({ readings }: MirrorReport, row: Row, server: Name): readonly Reading[] =>
  readings.filter((one) => one.row === row.name && one.server === server);
const median = (numbers: readonly number[]): number => spreadOf(numbers)?.median ?? Number.NaN;
const measured = ({ readings }: MirrorReport): readonly Row[] =>
  ROWS.filter(({ name }) => readings.some(({ row }) => row === name));
const failures = ({ readings }: MirrorReport, name: Name): number =>
  readings.filter(({ server }) => server === name).reduce((sum, { errors }) => sum + errors, 0);

function judge(report: MirrorReport, row: Row): { words: string; met: boolean } {
  const value = (name: Name) => median(of(report, row, name).map((one) => one.mbPerSecond));
  const ratio = value("rackhand") / value("apt-cacher-ng");
  return { words: ratio.toFixed(2), met: ratio >= GOAL };
}
