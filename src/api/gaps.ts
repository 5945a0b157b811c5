import type { RecordingIndex } from "./recordings.ts";

/** What a recording does not have, as its marks tell. */
export type Gap = { readonly fromMs: number; readonly toMs: number; readonly says: string };
type Mark = RecordingIndex["marks"][number];

const LOST = /^The console of .* is not attached/;
const ATTACHED = /^The console of .* is attached/;
const UNRECORDED = /^(?:Not recorded for|\d+ bytes were not recorded)/;

/** Spans in which the console was lost, and moments before which something was not recorded. */
export function gapsIn({ marks, lengthMs }: Pick<RecordingIndex, "marks" | "lengthMs">): Gap[] {
  const gaps: Gap[] = [];
  let lost: Mark | undefined;
  for (const mark of marks) {
    if (LOST.test(mark.says)) lost ??= mark;
    else if (lost !== undefined && ATTACHED.test(mark.says)) {
      gaps.push({ fromMs: lost.ms, toMs: mark.ms, says: lost.says });
      lost = undefined;
    } else if (UNRECORDED.test(mark.says)) gaps.push({ fromMs: mark.ms, toMs: mark.ms, says: mark.says });
  }
  if (lost !== undefined) gaps.push({ fromMs: lost.ms, toMs: lengthMs, says: lost.says });
  return gaps;
}

/** The mark to go to: the next after this moment, or the last before it. */
export function markFrom(marks: readonly Mark[], ms: number, by: 1 | -1): Mark | undefined {
  return by === 1 ? marks.find((mark) => mark.ms > ms) : marks.findLast((mark) => mark.ms < ms - 500);
}
