import { size } from "../../src/base/units.ts";
import { columns } from "../../src/cli/table.ts";
import { spreadOf, spreadWords } from "../spread.ts";
import { type ChecksReport, type Cost, GOALS, type Who } from "./bench-checks.ts";

const seconds = (costs: readonly Cost[], of: (cost: Cost) => number): string =>
  spreadWords(spreadOf(costs.map((cost) => of(cost) / 1000)), 2);

/** The report for people. */
export function checksLines({ rounds, ratios, bytes, many, goss, met }: ChecksReport): string[] {
  const row = (who: Who, says: string) => {
    const costs = rounds.flatMap((round) => round[who] ?? []);
    return [
      says,
      seconds(costs, ({ tookMs }) => tookMs),
      seconds(costs, ({ oursMs }) => oursMs),
      seconds(costs, ({ hostsMs }) => hostsMs),
    ];
  };
  const verdict = (isMet: boolean | undefined) => (isMet ? "met" : "MISSED");
  const moved = bytes.sent + bytes.received;
  return [
    ...columns(
      ["one host over ssh, s", "until done", "CPU at our end", "CPU on the host"],
      [row("rackhand", "rackhand check, all rules"), row("lynis", "lynis audit system --quick")],
      Number.POSITIVE_INFINITY,
    ),
    "",
    `Median (min-max) of ${rounds.length} rounds, in turns. lynis / rackhand of each round: ` +
      `time ${spreadWords(ratios.took, 1)}, CPU ${spreadWords(ratios.cpu, 1)}.`,
    goss,
    `One host within ${GOALS.oneMs / 1000} s: ${verdict(met.one)}.`,
    `${size(moved)} moved (${size(bytes.sent)} there, ${size(bytes.received)} back), ` +
      `at most 1 MiB: ${verdict(met.bytes)}.`,
    many === undefined ? "Many hosts: not asked for." : manyWords(many, verdict(met.many)),
  ];
}

const manyWords = ({ hosts, ...cost }: Cost & { readonly hosts: number }, verdict: string): string => {
  const [took, ours, theirs] = [cost.tookMs, cost.oursMs, cost.hostsMs].map((ms) => (ms / 1000).toFixed(1));
  return (
    `${hosts} hosts, at most 32 at once: ${took} s, CPU ${ours} s at our end and ${theirs} s at the hosts' (sshd; ` +
    `what the rules asked was asked once, and is said again by each after as long); within 60 s: ${verdict}.`
  );
};
