import { z } from "zod";
import type { Read } from "../../base/read.ts";

/** A word that one of base's readers takes; its flaw is the message, its value the result. */
export const word = <T>(read: (text: string) => Read<T>, example: string) =>
  z
    .string()
    .transform((text, context) => {
      const got = read(text);
      if (got.ok) return got.value;
      context.addIssue({ code: "custom", message: got.flaw });
      return z.NEVER;
    })
    .meta({ examples: [example] });
