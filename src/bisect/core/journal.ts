import { flaw, ok, type Read } from "../../base/read.ts";
import type { Looked } from "../../bench/core/environment.ts";
import type { Beside } from "./engine.ts";
import type { Settings } from "./settings.ts";
import type { Stage } from "./stage.ts";

/**
 * When something was written, and by whom: told, never reckoned with, since clocks are set and people share
 * accounts.
 */
type Written = { readonly at: number; readonly by: string };

/** What a search consists of: these lines in their order are all there is to know of it. */
export type Line = Written &
  (
    | { readonly is: "begun"; readonly format: 1; readonly settings: Settings; readonly stage: Stage }
    /** Found so far with this probability: a merge, which the new stage looks into; and what else was found. */
    | {
        readonly is: "stage";
        readonly stage: Stage;
        readonly sure: number;
        readonly beside?: Beside<string>;
      }
    | ({
        readonly is: "reading";
        readonly value: number;
        readonly tookMs: number;
        readonly because?: string;
      } & Where)
    | ({ readonly is: "built"; readonly tookMs: number } & Omit<Where, "run">)
    | { readonly is: "gone"; readonly commit: string; readonly build: string } // removed to save space
    | {
        readonly is: "unbuildable";
        readonly commit: string;
        readonly because: string;
        readonly tookMs: number;
      }
    | { readonly is: "skipped"; readonly commit: string; readonly because: string }
    /** What a machine was like when somebody set out to measure on it: told, never reckoned with. */
    | ({ readonly is: "surroundings"; readonly machine: string } & Looked)
    | { readonly is: "trouble"; readonly commit: string; readonly machine: string; readonly because: string }
  );

/** A reading's run has an id of its own, so that one that is handed in twice counts once. */
export type Where = {
  readonly run: string;
  readonly commit: string;
  readonly build: string;
  readonly machine: string;
};

export const lineOf = (line: Line): string => `${JSON.stringify(line)}\n`;

export type Journal = {
  readonly lines: readonly Line[];
  readonly whole: number; // characters up to the end of the last whole line; what follows was torn by a crash
};

/** `at` of a flaw is the line's number, counted from 1. */
export function readJournal(text: string): Read<Journal> {
  const whole = text.lastIndexOf("\n") + 1;
  const lines: Line[] = [];
  const runs = new Set<string>();
  for (const [at, words] of text.slice(0, whole).split("\n").slice(0, -1).entries()) {
    const line = readLine(words);
    if (line === undefined) return flaw("it is no line of a bisection", at + 1);
    if ((line.is === "begun") !== (at === 0))
      return flaw("a bisection begins once, with its first line", at + 1);
    if (line.is === "reading") {
      if (runs.has(line.run)) continue;
      runs.add(line.run);
    }
    lines.push(line);
  }
  return lines.length === 0 ? flaw("nothing was begun in it", 1) : ok({ lines, whole });
}

type Kind = "string" | "number" | "object";
/** What each line must have; whoever edits a journal by hand is told which line went wrong. */
const SHAPES: Readonly<Record<Line["is"], Readonly<Record<string, Kind>>>> = {
  begun: { format: "number", settings: "object", stage: "object" },
  stage: { stage: "object", sure: "number" },
  reading: {
    run: "string",
    commit: "string",
    build: "string",
    machine: "string",
    value: "number",
    tookMs: "number",
  },
  built: { commit: "string", build: "string", machine: "string", tookMs: "number" },
  gone: { commit: "string", build: "string" },
  unbuildable: { commit: "string", because: "string", tookMs: "number" },
  skipped: { commit: "string", because: "string" },
  surroundings: { machine: "string", settings: "object", moment: "object" },
  trouble: { commit: "string", machine: "string", because: "string" },
};

function readLine(words: string): Line | undefined {
  const read = object(words);
  if (read === undefined || typeof read.is !== "string" || !Object.hasOwn(SHAPES, read.is)) return undefined;
  const shape = { at: "number", by: "string", ...SHAPES[read.is as Line["is"]] };
  const fits = Object.entries(shape).every(([key, kind]) => {
    const value = read[key];
    return typeof value === kind && value !== null && (kind !== "number" || Number.isFinite(value));
  });
  if (!fits || (read.is === "begun" && read.format !== 1)) return undefined;
  return read as unknown as Line;
}

function object(words: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(words);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
