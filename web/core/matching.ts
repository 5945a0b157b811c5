import { fits, readFilter } from "../../src/api/filter.ts";
import type { Machine } from "../../src/api/shapes.ts";
import { type Look, lookOf } from "./look.ts";

type Field = (machine: Machine) => string;
/** What a word is looked for in, and what `field:word` may name beside the three of the command line. */
const FIELDS = {
  power: (m) => m.power,
  plan: (m) =>
    m.plan === null ? "none" : `${m.plan.kind} ${m.plan.image ?? ""} ${m.plan.state} ${m.plan.by}`,
  segment: (m) => (m.attended ? m.segment : `${m.segment} not attended`),
  mac: (m) => m.macs.join(" "),
  bmc: (m) => m.bmc?.address ?? "none",
} as const satisfies Record<string, Field>;
/** Read as `rackhand machine list --name --label --state` reads them. */
const SHARED = ["name", "label", "state"] as const;

/** Every word typed must be found in the machine's row, or fit the field that it names. */
export function matching(machines: readonly Machine[], wanted: string): readonly Machine[] {
  const words = wordsIn(wanted).map(asTest);
  if (words.length === 0) return machines;
  return machines.filter((machine) => words.every((isIn) => isIn(machine)));
}

/** A word in quotes may hold spaces: `state:"network boot"`. */
const wordsIn = (wanted: string): readonly string[] =>
  (wanted.toLowerCase().match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []).map((word) => word.replaceAll('"', ""));

function asTest(word: string): (machine: Machine) => boolean {
  const at = word.indexOf(":");
  const [name, value] = [word.slice(0, at), word.slice(at + 1)];
  if (SHARED.some((shared) => shared === name)) {
    const filter = readFilter({ [name]: value });
    return filter.ok ? (m) => fits(filter.value, m) : () => false;
  }
  const field: Field | undefined = FIELDS[name as keyof typeof FIELDS];
  if (field !== undefined) return (m) => field(m).toLowerCase().includes(value);
  return (m) => rowText(m).includes(word);
}

function rowText(machine: Machine): string {
  const { name, state, power } = machine;
  const fields = Object.values(FIELDS).map((field) => field(machine));
  return [name, state.word, state.waits ?? "", `power ${power}`, labelWords(machine), ...fields]
    .join(" ")
    .toLowerCase();
}

/** As they are written: `rack=3 spare`. */
export const labelWords = ({ labels }: Pick<Machine, "labels">): string =>
  Object.entries(labels)
    .map(([key, value]) => (value === "" ? key : `${key}=${value}`))
    .join(" ");

export type Counted = { readonly word: string; readonly count: number };

/** How many machines are in which state. A word keeps the place it had, even at none: nothing moves under a hand. */
export function states(machines: Iterable<Machine>, before: readonly Counted[]): readonly Counted[] {
  const counts = new Map(before.map(({ word }) => [word, 0]));
  for (const { state } of machines) counts.set(state.word, (counts.get(state.word) ?? 0) + 1);
  const all = [...counts].map(([word, count]) => ({ word, count }));
  return before.length > 0 ? all : all.sort((a, b) => URGENT[lookOf(b.word)] - URGENT[lookOf(a.word)]);
}

const URGENT = { bad: 5, asks: 4, busy: 3, good: 2, off: 1, unknown: 0 } as const satisfies Record<
  Look,
  number
>;
