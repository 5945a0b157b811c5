import { z } from "zod";

/** What a viewer of a console sends: `WebSocket /api/machines/:name/console`, one JSON object a frame. */
export const consoleAsk = z.discriminatedUnion("do", [
  z.object({ do: z.literal("type"), data: z.string().describe("bytes in base64, for the machine") }),
  z.object({ do: z.literal("take") }).describe("take the keyboard, from another writer if there is one"),
  z.object({ do: z.literal("leave") }).describe("give the keyboard back"),
  z.object({ do: z.literal("redraw") }).describe("the present screen again"),
  z.object({ do: z.literal("break") }).describe("a serial break"),
]);

/** What a viewer receives. The first frame is always `screen`. */
export const consoleSay = z.discriminatedUnion("is", [
  z.object({
    is: z.literal("screen"),
    data: z.string().describe("text that redraws the present screen in an empty terminal"),
    columns: z.number(),
    rows: z.number(),
    viewer: z.string().describe("your id, as it appears in `writer`"),
  }),
  z.object({ is: z.literal("size"), columns: z.number(), rows: z.number() }).describe("what it draws on now"),
  z.object({ is: z.literal("bytes"), data: z.string().describe("what the machine said, in base64") }),
  z
    .object({ is: z.literal("skipped"), bytes: z.number() })
    .describe(
      "you were too slow for so much of what the machine said; the screen follows, the recording has all",
    ),
  z.object({
    is: z.literal("writer"),
    writer: z.object({ viewer: z.string(), who: z.string() }).nullable(),
    you: z.boolean(),
  }),
  z.object({ is: z.literal("line"), attached: z.boolean(), because: z.string().nullable() }),
  z.object({ is: z.literal("refused"), says: z.string(), remedy: z.string() }),
]);

export type ConsoleAsk = z.infer<typeof consoleAsk>;
export type ConsoleSay = z.infer<typeof consoleSay>;
