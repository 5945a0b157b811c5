/**
 * The changes of one file as `diff -u` writes them; "" when there are none. Made for menus: a few hundred
 * lines.
 */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return "";
  const steps = stepsBetween(linesOf(before), linesOf(after));
  const hunks = hunksOf(steps).map((hunk) => written(steps, hunk));
  return `--- a/${path}\n+++ b/${path}\n${hunks.join("")}`;
}

type Step = { readonly mark: " " | "-" | "+"; readonly line: string };
const CONTEXT = 3;

const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** By the longest common subsequence, removals before additions. */
function stepsBetween(before: readonly string[], after: readonly string[]): Step[] {
  const common = commonLengths(before, after);
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      steps.push({ mark: " ", line: before[i]! });
      i += 1;
      j += 1;
    } else if (j === after.length || (i < before.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      steps.push({ mark: "-", line: before[i]! });
      i += 1;
    } else {
      steps.push({ mark: "+", line: after[j]! });
      j += 1;
    }
  }
  return steps;
}

/** How many lines from here on both have in common, for each pair of positions. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array[] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const [here, next] = [lengths[i]!, lengths[i + 1]!];
      here[j] = before[i] === after[j] ? next[j + 1]! + 1 : Math.max(next[j]!, here[j + 1]!);
    }
  }
  return lengths;
}

type Hunk = { readonly from: number; readonly to: number };

/** Changes with their context; those whose contexts touch are one. */
function hunksOf(steps: readonly Step[]): Hunk[] {
  const hunks: Hunk[] = [];
  for (const [at, { mark }] of steps.entries()) {
    if (mark === " ") continue;
    const [from, to] = [Math.max(0, at - CONTEXT), Math.min(steps.length, at + CONTEXT + 1)];
    const last = hunks.at(-1);
    if (last !== undefined && from <= last.to) hunks[hunks.length - 1] = { from: last.from, to };
    else hunks.push({ from, to });
  }
  return hunks;
}

function written(steps: readonly Step[], { from, to }: Hunk): string {
  const count = (part: readonly Step[], mark: "-" | "+") =>
    part.filter((step) => step.mark === " " || step.mark === mark).length;
  const range = (mark: "-" | "+") => {
    const [start, length] = [count(steps.slice(0, from), mark), count(steps.slice(from, to), mark)];
    return `${mark}${length === 0 ? start : start + 1}${length === 1 ? "" : `,${length}`}`;
  };
  const lines = steps.slice(from, to).map(({ mark, line }) => {
    return line.endsWith("\n") ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`;
  });
  return `@@ ${range("-")} ${range("+")} @@\n${lines.join("")}`;
}
