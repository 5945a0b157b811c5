import { z } from "zod";
import { CHECKS } from "./check-rows.ts";
import { none, type Row } from "./row.ts";

const termPair = z.object({ old: z.string(), new: z.string() });

const span = z.object({ low: z.number(), likely: z.number(), high: z.number() });

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
  forecast: z
    .object({ readings: span, ms: span.nullable(), says: z.string() })
    .nullable()
    .describe("what is still to come, in 8 searches of 10 between low and high"),
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

/** One run of fio or of another program, without its series. */
export const benchRun = z.object({
  id: z.string(),
  name: z.string().describe("runs that repeat each other share it"),
  job: z.string(),
  host: z.string(),
  condition: z.string(),
  startedAt: z.number(),
  says: z.string().describe("what came of it, in one sentence; how far it is, while it is measured"),
  isUnderWay: z.boolean().describe("it is being measured"),
});
export type BenchRun = z.infer<typeof benchRun>;

const drawing = z.string().nullable().describe("SVG; null where the runs have nothing of it");

/** What is measured on this machine by the command line, for the page to look at. */
export const LAB = {
  ...CHECKS,
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
    takes: z.object({ name: z.string().min(1).max(64) }),
    gives: z.object({ bisection, picture: z.string().nullable(), steps: z.array(step) }),
  },
  bisectionReport: {
    verb: "GET",
    path: "/api/bisections/:name/report",
    role: "viewer",
    says: "One search as others may read it: a page that asks no network, the same as Markdown, its log for git",
    takes: z.object({ name: z.string().min(1).max(64) }),
    gives: z.object({ html: z.string(), markdown: z.string(), log: z.string() }),
  },
  listBenches: {
    verb: "GET",
    path: "/api/benches",
    role: "viewer",
    says: "The runs of benches in the service's state directory, those under way and then the newest first",
    takes: none,
    gives: z.object({ runs: z.array(benchRun) }),
  },
  showBench: {
    verb: "GET",
    path: "/api/benches/:run",
    role: "viewer",
    says: "One run: its figures and surroundings, and as pictures (SVG) its IOPS over time, latencies and spread",
    takes: z.object({
      run: z.string().min(1).max(100),
      beside: z
        .string()
        .max(1000)
        .optional()
        .describe("other runs in the same pictures, with commas between"),
    }),
    gives: z.object({
      run: benchRun,
      lines: z.array(z.string()),
      pictures: z.object({ iops: drawing, latency: drawing, distribution: drawing }),
      comparison: z
        .array(z.string())
        .describe("with runs beside it of another name: what `bench compare` says"),
    }),
  },
} as const satisfies Record<string, Row>;
