import { z } from "zod";
import { isHostName } from "../../base/host-name.ts";
import { readDuration } from "../../base/units.ts";
import { word } from "./word.ts";

const LEAST_MS = 60_000;

/** Hosts that the service asks by itself, as `rackhand check` does by hand. */
export const checks = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "lower-case letters, digits and inner hyphens")
      .describe("what kept runs and metrics call it"),
    hosts: z
      .array(
        z
          .string()
          .max(255)
          .refine(isHostName, "a host as one types it after ssh, such as root@db1")
          .meta({
            examples: ["db1", "root@db2", "ssh://root@db3:2222"],
          }),
      )
      .max(2000)
      .default([])
      .describe("as the ssh of the service's user knows them"),
    local: z.boolean().default(false).describe("this machine too"),
    every: word(readDuration, "6h")
      .default(24 * 3_600_000)
      .describe("1min at least; from begin to begin"),
    rules: z.array(z.string().min(1)).default([]).describe("only these, by id; not given: all"),
    "rules-directory": z.string().min(1).optional().describe("rules of your own besides"),
    baseline: z.string().min(1).optional().describe("a file of failures that may stay, besides the state's"),
    "ask-network": z
      .boolean()
      .default(false)
      .describe("also rules that ask the network or another machine's daemon"),
  })
  .check((context) => {
    const { hosts, local, every } = context.value;
    const issue = (path: PropertyKey[], message: string) =>
      context.issues.push({ code: "custom", message, path, input: context.value });
    if (hosts.length === 0 && !local) issue(["hosts"], 'name hosts such as ["db1"], or set local = true');
    if (every < LEAST_MS) issue(["every"], "1min at least");
  });

export type CheckSettings = z.output<typeof checks>;
