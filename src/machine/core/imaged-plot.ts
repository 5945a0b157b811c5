import type { Journal, Json, Step } from "../../story/core/story.ts";

/** What a hand answered is not asked for again: it would answer the same. */
export type BrokenOff = { readonly brokenOff: string };

export const isBrokenOff = (value: Json | undefined): boolean =>
  typeof value === "object" && value !== null && "brokenOff" in value;

/** How a story ends whose last act came to something from which nothing goes on. */
export function brokenOff(journal: Journal): Extract<Step, { do: "end" }> | undefined {
  const last = journal.at(-1);
  if (last?.outcome.is !== "fine" || !isBrokenOff(last.outcome.value)) return undefined;
  const { brokenOff: why } = last.outcome.value as BrokenOff;
  return { do: "end", how: "failed", says: `${last.act}: ${why}` };
}

/** What the last lines of an errand's output tell, without its progress. */
export function lastWords(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("@"));
  return lines.slice(-3).join("; ").slice(-500) || "it said nothing";
}
