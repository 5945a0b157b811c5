import type { Story } from "../../src/api/shapes.ts";

/** One try of one act, as the page of a story lists it. */
export type StoryStep = {
  readonly key: string;
  readonly act: string;
  readonly try: number; // 1 for the first
  readonly is: "fine" | "failed" | "under way" | "ended";
  readonly says: string;
  readonly from: number;
  readonly to: number | undefined;
};

/** A story's journal as steps with a beginning and an end; what is under way now comes last. */
export function stepsOf({ at, entries, state, says, endedAt }: Story): readonly StoryStep[] {
  const tries = new Map<string, number>();
  let from = at;
  const steps: StoryStep[] = entries.map((entry) => {
    const nth = (tries.get(entry.act) ?? 0) + 1;
    tries.set(entry.act, nth);
    const step: StoryStep = {
      ...{ key: `${entry.seq}`, act: entry.act, try: nth, is: entry.fine ? "fine" : "failed" },
      ...{ says: entry.says, from, to: entry.at },
    };
    from = entry.at;
    return step;
  });
  if (state === "open")
    return [...steps, { key: "now", act: "Now", try: 1, is: "under way", says, from, to: undefined }];
  if (state !== "cancelled") return steps;
  return [...steps, { key: "end", act: "Cancelled", try: 1, is: "ended", says, from, to: endedAt ?? from }];
}
