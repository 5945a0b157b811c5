import { spreadOf, spreadWords } from "../spread.ts";
import type { DhcpReport, Reading } from "./bench-dhcp.ts";
import { CLIENTS, EXCHANGES, IN_FLIGHT, NAMES } from "./bench-dhcp.ts";
import type { Name } from "./servers.ts";

/** Of issue 5, against Kea with two threads. */
export const GOALS = { times: 1.2, p99Times: 1.7 } as const;

type Field = "perSecond" | "p50Ms" | "p99Ms" | "costUs";
const of = ({ readings }: DhcpReport, name: Name): readonly Reading[] =>
  readings.filter(({ server }) => server === name);
const spread = (report: DhcpReport, name: Name, field: Field) =>
  spreadOf(of(report, name).map((one) => one[field]));
const median = (report: DhcpReport, name: Name, field: Field): number =>
  spread(report, name, field)?.median ?? Number.NaN;
const ratio = (report: DhcpReport, field: Field): number =>
  median(report, "rackhand", field) / median(report, "kea", field);

export function dhcpJudged(report: DhcpReport) {
  const [times, p99Times] = [ratio(report, "perSecond"), ratio(report, "p99Ms")];
  const failed = of(report, "rackhand").reduce((sum, one) => sum + one.failed, 0);
  const met = times >= GOALS.times && p99Times <= GOALS.p99Times && failed === 0;
  return { times, p99Times, failed, met };
}

const ROWS: readonly { field: Field; says: string; digits: number; goal: string }[] = [
  { field: "perSecond", says: "exchanges a second", digits: 0, goal: `≥ ${GOALS.times} × Kea` },
  { field: "p50Ms", says: "ACK after, median, ms", digits: 2, goal: "" },
  { field: "p99Ms", says: "ACK after, 99 of 100, ms", digits: 2, goal: `≤ ${GOALS.p99Times} × Kea` },
  { field: "costUs", says: "processor time an exchange, µs", digits: 0, goal: "" },
];

/** Markdown, as it stands in docs/speed.md. */
export function dhcpLines(report: DhcpReport): string[] {
  const failed = NAMES.map(
    (name) => `${name} ${of(report, name).reduce((sum, one) => sum + one.failed, 0)}`,
  ).join(", ");
  return [
    `${EXCHANGES} exchanges of ${CLIENTS} clients behind a relay, ${IN_FLIGHT} at once; median (min-max).`,
    "",
    "| | rackhand | Kea, 2 threads | goal | reached |",
    "|--|--|--|--|--|",
    ...ROWS.map(({ field, says, digits, goal }) => {
      const cells = NAMES.map((name) => spreadWords(spread(report, name, field), digits));
      return `| ${says} | ${cells.join(" | ")} | ${goal} | ${ratio(report, field).toFixed(2)} |`;
    }),
    "",
    `Exchanges that failed: ${failed}.`,
  ];
}
