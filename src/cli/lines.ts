import type { Machine, TimelineEvent } from "../api/shapes.ts";
import { duration } from "../base/units.ts";

/** A timeline's event as one line: the time of day, what kind, the sentence. */
export function eventLine({ at, kind, says }: Pick<TimelineEvent, "at" | "kind" | "says">): string {
  const time = new Date(at).toTimeString().slice(0, 8);
  return `${time}  ${kind.padEnd(17)} ${says}`;
}

/** The day in this terminal's time: 2026-11-24. */
export const dayOf = (at: number): string => new Date(at).toLocaleDateString("sv");

export const labelWords = ({ labels }: Pick<Machine, "labels">): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");

/** The machine's row, the same in list, page and report. */
export function machineRow(machine: Machine, now: number): string[] {
  const { state, plan } = machine;
  const since = state.since === null ? "" : duration(now - state.since);
  const planned = plan === null ? "none" : `${plan.kind}${plan.image ? ` ${plan.image}` : ""}, ${plan.state}`;
  const name = machine.declared?.by === "file" ? `${machine.name}*` : machine.name; // a file says how it is
  return [name, state.word, since, machine.power, planned, labelWords(machine), state.waits ?? ""];
}

export const MACHINE_HEAD = ["NAME", "STATE", "SINCE", "POWER", "BOOT PLAN", "LABELS", "WAITS FOR"];

/** The console's screen in a frame, as reports show it. */
export function framed(lines: readonly string[]): string[] {
  const bar = "─".repeat(80);
  return [`┌${bar}┐`, ...lines.map((line) => `│${line.padEnd(80)}│`), `└${bar}┘`];
}
