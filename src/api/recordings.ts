import { z } from "zod";

/** A console's recordings, and what was said on it. Moments in a recording are milliseconds after its beginning. */
export const recording = z.object({
  file: z.string().describe("its name, the same before and after it is compressed"),
  machine: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable().describe("null: it is not compressed yet; the newest is being written"),
  bytes: z.number().describe("on disk"),
  sealed: z.boolean().describe("compressed, with an index"),
});

const moment = z.number().describe("milliseconds after the recording's beginning");
export const mark = z.object({ ms: moment, says: z.string() });

export const recordingIndex = z.object({
  startedAt: z.number(),
  lengthMs: z.number(),
  bytes: z.number().describe("of the asciicast, not compressed"),
  pieces: z.array(z.object({ ms: moment, offset: z.number() })).describe("where reading can begin cheaply"),
  marks: z.array(mark).describe("the timeline's marks; gaps are among them"),
});

export const recordedEvents = z.object({
  startedAt: z.number(),
  columns: z.number(),
  rows: z.number(),
  screen: z
    .string()
    .nullable()
    .describe("when it was asked for: text that draws the screen as it stood at `from` in an empty terminal"),
  events: z.array(
    z.object({
      ms: moment,
      code: z.enum(["o", "m", "r"]).describe("output, a mark, another screen size"),
      text: z.string(),
    }),
  ),
  next: moment.nullable().describe("where to go on; null: that was all"),
});

const line = z.object({
  at: z.number().describe("milliseconds since 1970"),
  is: z.enum(["said", "mark"]),
  text: z.string().describe("without what only a terminal obeys"),
});
const time = z.coerce.number().int().min(0).optional();
export const logSpan = z.object({
  since: time.describe("milliseconds since 1970; not given: the last hour"),
  until: time,
  text: z.string().min(1).max(200).optional().describe("only lines with this in them, in whatever case"),
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
});
export const consoleLog = z.object({
  lines: z.array(line),
  next: z.number().nullable().describe("the `since` to go on with; null: that was all"),
});
export const found = z.object({ machine: z.string(), ...line.shape });

export type Recording = z.infer<typeof recording>;
export type RecordingIndex = z.infer<typeof recordingIndex>;
export type RecordedEvents = z.infer<typeof recordedEvents>;
export type ConsoleLog = z.infer<typeof consoleLog>;
