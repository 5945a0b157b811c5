import { spreadOf, spreadWords } from "../spread.ts";
import type { Reading, TftpReport } from "./bench-tftp.ts";
import { type Goal, LOSS, LOSS_ROWS, MEMORY, ROWS } from "./rows.ts";
import { type Name, SERVERS } from "./servers.ts";

const NAMES = Object.keys(SERVERS) as Name[];
const PEERS = NAMES.filter((name) => name !== "rackhand");
export type Judged = { readonly words: string; readonly met: boolean };

const of = (readings: readonly Reading[], row: string, server: Name) =>
  readings.filter((one) => one.row === row && one.server === server);
const speeds = (readings: readonly Reading[], mb: number) => readings.map(({ ms }) => mb / (ms / 1000));
const median = (numbers: readonly number[]): number => spreadOf(numbers)?.median ?? Number.NaN;

/** Markdown, as it stands in docs/speed.md. */
export function tftpLines(report: TftpReport): string[] {
  const { readings } = report;
  const lines = [
    `| | ${NAMES.join(" | ")} | goal | reached |`,
    `|--|${NAMES.map(() => "--|").join("")}--|--|`,
  ];
  for (const row of ROWS.filter(({ name }) => readings.some((one) => one.row === name))) {
    const mb = (row.bytes * row.clients) / 1e6;
    const cells = NAMES.map((name) => {
      const its = of(readings, row.name, name);
      if (its.length === 0) return row.isFar ? "" : "no window";
      const cost = (median(its.map((one) => one.costMs)) / mb).toFixed(1);
      return `${spreadWords(spreadOf(speeds(its, mb)), 1)} [${cost}]`;
    });
    const judged = row.goals.map((goal) => judge(readings, row.name, goal));
    lines.push(`| ${row.name} | ${cells.join(" | ")} | ${goalWords(row.goals)} | ${judgedWords(judged)} |`);
  }
  for (const { name: row } of LOSS_ROWS.filter(({ name }) => readings.some((one) => one.row === name))) {
    const cells = NAMES.map((name) => {
      const its = of(readings, row, name);
      return its.length === 0 ? "no window" : `${spreadWords(spreadOf(its.map(({ ms }) => ms / 1000)), 2)} s`;
    });
    const goal = `≤ ${LOSS.times} × the best peer's time`;
    lines.push(`| ${row} | ${cells.join(" | ")} | ${goal} | ${judgedWords([judgeLoss(readings, row)])} |`);
  }
  const failed = NAMES.map((name) => `${name} ${failures(readings, name)}`).join(", ");
  return [
    "MB/s, median (min-max) [processor time of the server, ms per MB]; under loss: seconds.",
    "",
    ...lines,
    "",
    `Transfers that failed: ${failed}.`,
    ...memoryLines(report),
  ];
}

function memoryLines({ memory }: TftpReport): string[] {
  if (memory === undefined) return [];
  const { clients, bytes, mostMib } = MEMORY;
  const most = `${memory.peakMib.toFixed(0)} MiB`;
  return [
    `${clients} clients at once load ${bytes / 1e6} MB each: the boot service alone had at most ` +
      `${memory.peakMib < mostMib ? most : `**${most}**`} resident; goal: below ${mostMib}. Failed: ${memory.failed}.`,
  ];
}

/** Of what was asked. */
export const tftpMet = ({ readings, memory }: TftpReport): boolean => {
  const isMeasured = ({ name }: { name: string }) => readings.some(({ row }) => row === name);
  return (
    failures(readings, "rackhand") + (memory?.failed ?? 0) === 0 &&
    (memory?.peakMib ?? 0) < MEMORY.mostMib &&
    ROWS.filter(isMeasured).every(({ name, goals }) =>
      goals.every((goal) => judge(readings, name, goal).met),
    ) &&
    LOSS_ROWS.filter(isMeasured).every(({ name }) => judgeLoss(readings, name).met)
  );
};

const failures = (readings: readonly Reading[], name: Name): number =>
  readings.filter(({ server }) => server === name).reduce((sum, { failed }) => sum + failed, 0);

function judge(readings: readonly Reading[], row: string, { what, times, than }: Goal): Judged {
  const value = (name: Name) =>
    median(of(readings, row, name).map((one) => (what === "speed" ? 1 / one.ms : one.costMs)));
  const peer = Math.max(...than.map(value));
  const ratio = value("rackhand") / peer;
  return { words: ratio.toFixed(2), met: what === "speed" ? ratio >= times : ratio <= times };
}

function judgeLoss(readings: readonly Reading[], row: string): Judged {
  const value = (name: Name) => median(of(readings, row, name).map(({ ms }) => ms));
  const ratio = value("rackhand") / Math.min(...PEERS.map(value).filter((ms) => !Number.isNaN(ms)));
  return { words: ratio.toFixed(3), met: ratio <= LOSS.times };
}

const goalWords = (goals: readonly Goal[]): string =>
  goals
    .map(({ what, times, than }) => {
      const whom = than.length > 1 ? "the best" : than[0];
      return what === "speed" ? `≥ ${times} × ${whom}` : `processor time ≤ ${times} × ${whom}`;
    })
    .join("; ");
const judgedWords = (all: readonly Judged[]): string =>
  all.map(({ words, met }) => (met ? words : `**${words}**`)).join("; ");
