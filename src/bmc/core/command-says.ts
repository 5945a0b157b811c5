import { flaw, ok, type Read } from "../../base/read.ts";
import { printable } from "../../base/text.ts";

/** One kind of hardware driven by programs of the operator's: argument vectors, never a line for a shell. */
export type Commands = {
  readonly on: readonly string[];
  readonly off: readonly string[];
  readonly cycle?: readonly string[]; // without: off, then on
  readonly reset?: readonly string[];
  readonly soft?: readonly string[];
  readonly status: readonly string[];
  readonly console?: readonly string[]; // its standard input and output are the serial line
  /** How `status` tells: a word in its output, or its exit status, 0 for on and 1 for off. */
  readonly statusBy: "words" | "exit";
  readonly onWords: readonly string[];
  readonly offWords: readonly string[];
  readonly withinSeconds: number; // each of them
};

type Filling = {
  readonly machine: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
};

/** `{machine}` and the like are filled in inside an argument, so that no name becomes two of them. */
export function fill(template: readonly string[], filling: Filling): [string, ...string[]] {
  const values: Readonly<Record<string, string>> = { ...filling, port: `${filling.port}` };
  const [program, ...rest] = template.map((part) =>
    part.replace(/\{(machine|address|port|user)\}/g, (_, hole: string) => values[hole]!),
  );
  return [program!, ...rest];
}

export type Ended = { readonly status: number | null; readonly out: string; readonly err: string };

/** What a failing program is cited with: the last line it complained with. */
export function complaintOf({ status, out, err }: Ended): string {
  const line = `${out}\n${err}`
    .trim()
    .split(/[\r\n]+/)
    .at(-1);
  const how = status === null ? "it was killed" : `it ended with ${status}`;
  return line ? `${how}: ${printable(line)}` : how;
}

/** A program that failed has not said "off". */
export function readStatus(ended: Ended, by: Commands): Read<"on" | "off"> {
  if (by.statusBy === "exit") {
    if (ended.status === 0) return ok("on");
    return ended.status === 1 ? ok("off") : flaw(complaintOf(ended));
  }
  if (ended.status !== 0) return flaw(complaintOf(ended));
  const said = ended.out.toLowerCase();
  // whole words: "shut off" is not "off" twice, and "on" is not in "connected"
  const says = (words: readonly string[]) =>
    words.some((word) => new RegExp(`(^|\\W)${quote(word)}(\\W|$)`).test(said));
  const [isOn, isOff] = [says(by.onWords), says(by.offWords)];
  if (isOn !== isOff) return ok(isOn ? "on" : "off");
  return flaw(`it says neither on nor off: ${printable(ended.out.trim(), 80)}`);
}

const quote = (word: string) => word.toLowerCase().replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
