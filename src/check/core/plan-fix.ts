import { unifiedDiff } from "../../base/unified-diff.ts";
import type { Step } from "./rule.ts";

/** What stands where a step wants to write: a byte a character. `null`: no such file. A `flaw` is for a person. */
export type Found = { readonly content: string | null } | { readonly flaw: string };
/** A step with the content that it was shown against. */
export type PlannedStep =
  | {
      readonly write: string;
      readonly from: string | null;
      readonly to: string | null;
      readonly mode: string;
    }
  | { readonly run: string; readonly keeps: readonly string[]; readonly undo: string };
export type Plan =
  | { readonly steps: readonly PlannedStep[]; readonly preview: readonly string[] }
  | { readonly flaw: string };

/** The files that must be read before the steps can be shown. */
export const filesOf = (steps: readonly Step[]): string[] =>
  steps.flatMap((step) => ("write" in step ? [step.write] : "edit" in step ? [step.edit] : []));

/**
 * The steps against what is there; `files` is brought up to date, for who plans after this. A file that is as it shall be
 * is no step. `flaw`: why a person has to do it.
 */
export function planFix(steps: readonly Step[], files: Map<string, Found>): Plan {
  const planned: PlannedStep[] = [];
  const preview: string[] = [];
  for (const step of steps) {
    if ("run" in step) {
      planned.push({ run: step.run, keeps: step.keeps, undo: step.undo ?? "" });
      preview.push(`$ ${step.run}`);
      continue;
    }
    const change = changeOf(step, files);
    if ("flaw" in change) return change;
    if (change.from === change.to) continue;
    files.set(change.write, { content: change.to });
    planned.push(change);
    preview.push(...shown(change));
  }
  return planned.length > 0 ? { steps: planned, preview } : { flaw: "all that its remedy writes is there" };
}

type Change = Extract<PlannedStep, { write: string }>;

function changeOf(
  step: Exclude<Step, { run: string }>,
  files: Map<string, Found>,
): Change | { flaw: string } {
  const path = "write" in step ? step.write : step.edit;
  const found = files.get(path) ?? { flaw: `${path} was not read` };
  if ("flaw" in found) return found;
  if ("write" in step)
    return {
      ...{ write: path, from: found.content, mode: step.mode ?? "644" },
      to: step.content === null ? null : bytesOf(step.content),
    };
  if (found.content === null) return { flaw: `there is no ${path}` };
  return { write: path, from: found.content, to: step.by(found.content), mode: "644" };
}

function shown({ write, from, to }: Change): string[] {
  const lines = unifiedDiff(write.replace(/^\//, ""), textOf(from ?? ""), textOf(to ?? "")).split("\n");
  if (from === null) lines[0] = "--- /dev/null";
  if (to === null) lines[1] = "+++ /dev/null";
  return lines.slice(0, -1);
}

/** A text's UTF-8, a byte a character, and back; bytes that are none stay as they are. */
export const bytesOf = (text: string): string =>
  encodeURIComponent(text).replace(/%(..)/g, (_, pair) => String.fromCharCode(Number.parseInt(pair, 16)));
export function textOf(bytes: string): string {
  try {
    return decodeURIComponent(
      bytes.replace(/[%\x80-\xff]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`),
    );
  } catch {
    return bytes;
  }
}
