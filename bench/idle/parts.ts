import { join, resolve } from "node:path";
import { holderOf } from "../../src/rack/holder.ts";
import { allProcesses, type Process, treeOf } from "../processes.ts";

/** What runs, by whose it is. `rack` is the pretend hardware: its holder, the BMC simulators, what ties them together. */
export const PARTS = {
  service: "the service",
  postgresql: "its PostgreSQL",
  agent: "the rack's agent",
  ipmitool: "its ipmitool (consoles)",
  rack: "pretend hardware: the rack",
} as const;
export type Part = keyof typeof PARTS;
export const OURS = ["service", "postgresql", "agent", "ipmitool"] as const satisfies readonly Part[];

export function partsOf(service: number, state: string): Record<Part, Process[]> {
  const all = allProcesses();
  const says = (...words: string[]) => all.find(({ argv }) => words.every((word) => argv.includes(word)));
  const under = (root: Process | undefined) => (root === undefined ? [] : treeOf(root.pid, all));
  const postgresql = under(says("-D", join(resolve(state), "postgresql/data")));
  const attending = under(says("agent", "--state", state));
  const isAgent = ({ argv }: Process) => argv.includes("agent");
  const holder = holderOf(join(resolve(state), "rack"));
  const without = (some: Process[], others: Process[]) =>
    some.filter(({ pid }) => !others.some((other) => other.pid === pid));
  return {
    service: without(treeOf(service, all), postgresql),
    postgresql,
    agent: attending.filter(isAgent),
    ipmitool: attending.filter((one) => !isAgent(one)),
    rack: holder === undefined ? [] : without(treeOf(holder, all), attending),
  };
}
