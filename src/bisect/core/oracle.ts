import { reason } from "../../base/fault.ts";
import { flaw, ok, type Read } from "../../base/read.ts";
import { printable } from "../../base/text.ts";
import type { Reads } from "./settings.ts";

/** How a command ended: by itself with a status, or otherwise. */
export type Ended =
  | { readonly is: "exit"; readonly status: number }
  | { readonly is: "signal"; readonly signal: string }
  | { readonly is: "late" }
  | { readonly is: "cut" };

export type Answer =
  | { readonly is: "reading"; readonly value: number } // of pass-fail, 0 is the old state and 1 the new
  | { readonly is: "skip"; readonly because: string }
  /** Nothing was learnt of the commit. `again`: the same may succeed later or elsewhere. */
  | { readonly is: "trouble"; readonly because: string; readonly again: boolean };

const [SKIP, NOT_EXECUTABLE, NOT_FOUND, ABORT] = [125, 126, 127, 128];

/** What a run said of its commit; exit statuses mean what git-bisect(1) has under "Bisect run". */
export function answerOf(reads: Reads, ended: Ended, stdout: string): Answer {
  if (ended.is === "signal") return trouble(`the command was ended by ${ended.signal}`, false);
  if (ended.is === "late") return trouble("the command took longer than it may", true);
  if (ended.is === "cut") return trouble("the command said more than is kept", false);
  const { status } = ended;
  if (status === SKIP) return { is: "skip", because: "the command exited with 125" };
  if (status === NOT_FOUND) return trouble("the command was not found (exit 127)", true);
  if (status === NOT_EXECUTABLE) return trouble("the command could not be executed (exit 126)", true);
  if (status >= ABORT) return trouble(`the command asked for an end of the search (exit ${status})`, false);
  if (reads.by === "exit") return { is: "reading", value: status === 0 ? 0 : 1 };
  if (status !== 0) return trouble(`the command failed with ${status}, so its output is no reading`, true);
  const value = numberIn(reads, stdout);
  return value.ok ? { is: "reading", value: value.value } : trouble(value.flaw, true);
}

/** Why nothing could ever be read so, before anything is run. */
export function readsFlaw(reads: Reads): string | undefined {
  if (reads.by === "json") {
    const path = readPath(reads.path);
    return path.ok ? undefined : `${path.flaw}.`;
  }
  if (reads.by !== "match") return undefined;
  try {
    new RegExp(reads.pattern, "gm");
    return undefined;
  } catch (error) {
    return `"${printable(reads.pattern, 60)}" is no regular expression: ${reason(error)}.`;
  }
}

const trouble = (because: string, again: boolean): Answer => ({ is: "trouble", because, again });

function numberIn(reads: Exclude<Reads, { by: "exit" }>, stdout: string): Read<number> {
  if (reads.by === "json") return jsonNumber(stdout, reads.path);
  if (reads.by === "match") return matched(stdout, reads.pattern);
  const last = lastLine(stdout);
  return last === undefined ? flaw("the command printed nothing") : numberOf(last);
}

const lastLine = (text: string): string | undefined =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .at(-1);

/** The last match counts: programs print their warm-up first. The first group is the number, or all of it. */
function matched(stdout: string, pattern: string): Read<number> {
  const last = [...stdout.matchAll(new RegExp(pattern, "gm"))].at(-1);
  return last === undefined ? flaw(`nothing in the output matches ${pattern}`) : numberOf(last[1] ?? last[0]);
}

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

/** A number that a program or a person wrote. */
export function numberOf(text: string): Read<number> {
  const trimmed = text.trim();
  const value = NUMBER.test(trimmed) ? Number(trimmed) : Number.NaN;
  return Number.isFinite(value) ? ok(value) : flaw(`"${printable(trimmed, 60)}" is no number`);
}

function jsonNumber(stdout: string, path: string): Read<number> {
  const steps = readPath(path);
  if (!steps.ok) return steps;
  let value = parsed(stdout) ?? parsed(lastLine(stdout) ?? "");
  if (value === undefined) return flaw("the output is no JSON");
  for (const step of steps.value) {
    const inside = value as Record<string, unknown> | null;
    value =
      inside !== null && typeof inside === "object" && Object.hasOwn(inside, step) ? inside[step] : undefined;
    if (value === undefined) return flaw(`the JSON has no ${path}`);
  }
  if (typeof value === "number" && Number.isFinite(value)) return ok(value);
  return typeof value === "string" ? numberOf(value) : flaw(`${path} is no number`);
}

/** fio prints warnings before its JSON: text before the first brace is left out. */
function parsed(text: string): unknown {
  const start = text.search(/[[{]/);
  if (start < 0) return undefined;
  try {
    return JSON.parse(text.slice(start));
  } catch {
    return undefined;
  }
}

/** `jobs[0].read.iops`, `a["x.y"]`. */
export function readPath(path: string): Read<string[]> {
  const steps: string[] = [];
  const step = /\.?([^.[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/y;
  while (step.lastIndex < path.length) {
    const at = step.lastIndex;
    const found = step.exec(path);
    if (found === null) return flaw(`"${path}" is no path such as jobs[0].read.iops`, at);
    steps.push((found[1] ?? found[2] ?? found[3])!);
  }
  return steps.length > 0 ? ok(steps) : flaw("the path is empty");
}

export type Built =
  | { readonly is: "built" }
  | { readonly is: "unbuildable"; readonly because: string }
  | { readonly is: "trouble"; readonly because: string };

/** What compilers and make say when the machine is at fault, not the commit. */
const MACHINE =
  /No space left on device|Disk quota exceeded|Cannot allocate memory|virtual memory exhausted|Input\/output error|Read-only file system|Too many open files|\bError 12[67]\b/;

/**
 * A commit that does not build is evidence of nothing but that; a machine that could not build is trouble.
 */
export function builtBy(ended: Ended, output: string): Built {
  if (ended.is === "exit" && ended.status === 0) return { is: "built" };
  const machine = MACHINE.exec(output);
  if (machine !== null) return { is: "trouble", because: `the build ended with "${machine[0]}"` };
  if (ended.is === "late") return { is: "trouble", because: "the build took longer than it may" };
  if (ended.is === "cut") return { is: "trouble", because: "the build said more than is kept" };
  if (ended.is === "signal") return { is: "trouble", because: `the build was ended by ${ended.signal}` };
  const { status } = ended;
  if (status === NOT_FOUND || status === NOT_EXECUTABLE)
    return { is: "trouble", because: `the build command was not found or not executable (exit ${status})` };
  if (status >= ABORT) return { is: "trouble", because: `the build was ended by a signal (exit ${status})` };
  return { is: "unbuildable", because: `the build exited with ${status}` };
}
