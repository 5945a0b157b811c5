import { z } from "zod";
import type { Row } from "./row.ts";

const acknowledged = z.object({ reason: z.string(), by: z.string(), until: z.string() });

/** One rule in trouble on one host, or what was changed there. */
const fleetRow = z.object({
  host: z.string(),
  rule: z.string().nullable().describe("null: the host could not be asked at all"),
  is: z.enum(["fail", "unknown", "changed"]),
  cause: z.string().nullable(),
  says: z.string(),
  failsSince: z.number().nullable(),
  isNew: z.boolean().describe("the last run was the first to see it"),
  at: z.number().nullable().describe("when it was asked, or changed"),
  acknowledged: acknowledged.nullable(),
  lapsed: z.string().nullable().describe("why an acknowledgement counts no longer"),
});
export type FleetRow = Readonly<z.infer<typeof fleetRow>>;

const host = z.object({
  host: z.string().describe("as it is named to check"),
  machine: z.string().describe("the machine on record that it is, where there is one of that name"),
  at: z.number().describe("when it was asked last"),
  by: z.string().nullable().describe("a person, or the schedule's name"),
  trouble: z.string().nullable().describe("why nothing could be learnt then"),
  fails: z.number().describe("and nobody acknowledged it"),
  acknowledged: z.number(),
  unknown: z.number(),
  passes: z.number(),
});
export type CheckedHost = z.infer<typeof host>;

const schedule = z.object({
  name: z.string(),
  hosts: z.number(),
  everyMs: z.number(),
  at: z.number().nullable().describe("when its last run began"),
  tookMs: z.number().nullable(),
  isRunning: z.boolean(),
  trouble: z.string().nullable().describe("why the last run could not be"),
});
export type Schedule = z.infer<typeof schedule>;

const finding = z.object({
  rule: z.string(),
  means: z.string().nullable().describe("what a healthy host does; null: a rule that is not Rackhand's own"),
  is: z.enum(["pass", "fail", "unknown", "not-applicable"]),
  says: z.string().describe("what was found, or why it could not be told or does not apply"),
  cause: z.string().nullable(),
  evidence: z.array(z.string()).describe("what the host said"),
  remedy: z.string().nullable(),
  mends: z.boolean().describe("`check --fix` has steps for it"),
  failsSince: z.number().nullable(),
  at: z.number(),
  acknowledged: acknowledged.nullable(),
  lapsed: z.string().nullable(),
});
export type CheckFinding = z.infer<typeof finding>;

const act = z.object({
  at: z.number(),
  by: z.string(),
  did: z.enum(["mended", "tried", "left half done", "took back"]),
  rule: z.string(),
  id: z.string(),
});

/** What is known of hosts by the checks that were run in this state directory, by hand or by the service. */
export const CHECKS = {
  listChecks: {
    verb: "GET",
    path: "/api/checks",
    role: "viewer",
    says: "Which rule fails on which host and since when, by the last run of each host, and the service's own runs",
    takes: z.object({
      machine: z.string().max(255).optional().describe("only of hosts that are this machine"),
    }),
    gives: z.object({ hosts: z.array(host), rows: z.array(fleetRow), schedules: z.array(schedule) }),
  },
  showChecks: {
    verb: "GET",
    path: "/api/checks/:host",
    role: "viewer",
    says: "All that is known of a host: each rule's last answer with evidence and remedy, and what was changed there",
    takes: z.object({ host: z.string().min(1).max(255) }),
    gives: z.object({ host, findings: z.array(finding), acts: z.array(act) }),
  },
} as const satisfies Record<string, Row>;
