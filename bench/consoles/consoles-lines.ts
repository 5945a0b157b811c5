import { type ConsolesReport, GOAL } from "./bench-consoles.ts";

/** The report for people. */
export function consolesLines(report: ConsolesReport): string[] {
  const { costShare, sources, secondsEach, windows, lines, bytes, lost, residentBytes, goal } = report;
  return [
    `${sources} consoles at 9600 bit/s, one at 115200 with a viewer; windows of ${secondsEach} s`,
    ...windows.map(({ cpuShare, latencyMs: { p50, p99, worst } }) => {
      const share = `${(cpuShare * 100).toFixed(1)} % of one core`;
      return `  ${share}; to the viewer p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, worst ${worst.toFixed(1)} ms`;
    }),
    `${lines} lines (${(bytes / 1e6).toFixed(1)} MB) sent; lost in recordings ${lost.recorded}, at the viewer ${lost.viewed}`,
    `Processor time for what was said: ${(costShare * 100).toFixed(1)} % of one core.`,
    `Resident ${(residentBytes / 2 ** 20).toFixed(0)} MiB.`,
    `Under ${GOAL.cpuShare * 100} % of a core, p99 under ${GOAL.p99Ms} ms, nothing lost: ${goal.met ? "the goal is met" : "THE GOAL IS MISSED"}.`,
  ];
}
