import { z } from "zod";
import { readPattern } from "../../base/pattern.ts";
import { word } from "./word.ts";

export const sighting = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "lower-case letters, digits and inner hyphens")
    .describe("events call it own:ID"),
  pattern: word(readPattern, "nvme\\d+: I/O \\d+ QID \\d+ timeout").describe(
    "a regular expression; its first group, when there is one, is the subject",
  ),
  reads: z
    .enum(["line", "screen"])
    .default("line")
    .describe("line: each line as it passes; screen: what stands when nothing more comes"),
  says: z
    .string()
    .min(1)
    .max(300)
    .default("Seen: {subject}")
    .describe("the event's words; {subject} in them"),
});
