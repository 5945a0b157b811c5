import { z } from "zod";
import { named, none, type Row } from "./row.ts";

const termPair = z.object({ old: z.string(), new: z.string() });

/** A search for a commit, as whoever works on it last saw it stand. */
export const bisection = z.object({
  name: z.string(),
  repo: z.string(),
  old: z.string(),
  new: z.string(),
  terms: termPair,
  candidates: z.number(),
  inside: z.string().nullable().describe("the merge that is looked into"),
  readings: z.number(),
  unreadable: z.number(),
  spentMs: z.number().describe("in builds and runs"),
  error: z.number().describe("accepted chance of a wrong commit"),
  next: z.object({ commit: z.string(), because: z.string() }).nullable(),
  likely: z.array(z.object({ commit: z.string(), subject: z.string(), probability: z.number() })),
  is: z.enum(["under way", "found", "not-reproduced", "unsettled"]),
  verdict: z.array(z.string()),
  lastTrouble: z.string().nullable(),
  at: z.number().describe("when it stood like this, milliseconds since 1970"),
  worker: z.string().nullable().describe("who is measuring for it now"),
});
export type Bisection = z.infer<typeof bisection>;

const step = z.object({
  at: z.number(),
  by: z.string(),
  commit: z.string(),
  machine: z.string(),
  value: z.number(),
  because: z.string(),
});

/** What is measured on this machine by the command line, for the page to look at. */
export const LAB = {
  listBisections: {
    verb: "GET",
    path: "/api/bisections",
    role: "viewer",
    says: "The searches for a commit in the service's state directory, the one that moved last first",
    takes: none,
    gives: z.object({ bisections: z.array(bisection) }),
  },
  showBisection: {
    verb: "GET",
    path: "/api/bisections/:name",
    role: "viewer",
    says: "One search: how probable each commit is as a picture (SVG), and its last readings with why each was taken",
    takes: named.extend({ name: z.string().min(1).max(64) }),
    gives: z.object({ bisection, picture: z.string().nullable(), steps: z.array(step) }),
  },
} as const satisfies Record<string, Row>;
