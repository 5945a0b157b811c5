import type { RecordedEvents } from "../../src/api/recordings.ts";
import type { Answer } from "../../src/api/table.ts";

/** A recording in memory; the newest is pushed first. */
export type PretendRecording = {
  readonly file: string;
  readonly startedAt: number;
  readonly events: RecordedEvents["events"];
};
type Question = Record<string, unknown>;

/** What the page asks of recordings. The screen of a moment is all that was said before it, as it was. */
export const recordingAnswers = (all: readonly PretendRecording[]) => {
  const found = ({ file }: Question) => all.find((one) => one.file === file)!;
  return {
    listRecordings: (): Answer<"listRecordings"> => ({
      recordings: all.map(({ file, startedAt }) => ({
        ...{ file, startedAt, machine: "m1", endedAt: null, bytes: 1000, sealed: false },
      })),
    }),
    recordingIndex: (question: Question): Answer<"recordingIndex"> => {
      const { startedAt, events } = found(question);
      const marks = events.flatMap(({ ms, code, text }) => (code === "m" ? [{ ms, says: text }] : []));
      return { startedAt, lengthMs: events.at(-1)!.ms, bytes: 1000, pieces: [{ ms: 0, offset: 0 }], marks };
    },
    readRecording: (question: Question): Answer<"readRecording"> => {
      const { startedAt, events } = found(question);
      const from = Number(question.from);
      const before = events.filter(({ ms, code }) => ms < from && code === "o").map(({ text }) => text);
      const screen = question.screen === "yes" ? before.join("") : null;
      const rest = events.filter(({ ms }) => ms >= from);
      return { startedAt, columns: 80, rows: 24, screen, events: rest, next: null };
    },
    consoleLog: ({ text }: Question): Answer<"consoleLog"> => ({
      lines: all.flatMap(({ startedAt, events }) =>
        events
          .filter((event) => event.code === "o" && event.text.includes(String(text)))
          .map((event) => ({ at: startedAt + event.ms, is: "said" as const, text: event.text.trim() })),
      ),
      next: null,
    }),
  };
};
