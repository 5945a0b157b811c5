import { z } from "zod";
import { done, named, none, type Row } from "./row.ts";
import * as s from "./shapes.ts";

const search = {
  text: z.string().max(200).optional().describe("found in an event's sentence or in its detail"),
  kind: z.string().max(500).optional().describe("kinds or rooms, such as console,dhcp.silent"),
  since: z.coerce.number().optional().describe("milliseconds since 1970"),
  until: z.coerce.number().optional(),
};

/** What was observed, and who is told of it. */
export const OBSERVED = {
  timeline: {
    verb: "GET",
    path: "/api/machines/:name/timeline",
    role: "viewer",
    says: "A machine's events, oldest first: the first after an id, or the last before one, or simply the last",
    takes: named.extend({
      after: z.coerce.number().int().min(0).optional(),
      before: z.coerce.number().int().min(1).optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(200),
      ...search,
    }),
    gives: z.object({
      events: z.array(s.event),
      folded: z.array(s.foldedEvents).default([]).describe("what was trimmed, as counts"),
    }),
  },
  timelineLines: {
    verb: "LINES",
    path: "/api/machines/:name/timeline.jsonl",
    role: "viewer",
    says: "A machine's whole timeline, or what is searched in it, one event a line",
    takes: named.extend(search),
    gives: s.event,
  },
  showEvent: {
    verb: "GET",
    path: "/api/events/:id",
    role: "viewer",
    says: "One event, by the number that stays its own",
    takes: z.object({ id: z.coerce.number().int().min(1) }),
    gives: s.event,
  },
  why: {
    verb: "GET",
    path: "/api/machines/:name/why",
    role: "viewer",
    says: "Why a machine does not get on, in one sentence, with the events that show it",
    takes: named,
    gives: z.object({ says: z.string().nullable(), evidence: z.array(s.event) }),
  },
  listWebhooks: {
    verb: "GET",
    path: "/api/webhooks",
    role: "viewer",
    says: "Where alerts are sent; without secrets",
    takes: none,
    gives: z.object({
      webhooks: z.array(
        z.object({
          name: z.string(),
          url: z.string().describe("without its query"),
          events: z.array(z.string()),
          tries: z.number().describe("of the alert that is not taken yet"),
          trouble: z.string().nullable(),
          address: z.string().nullable().describe("where it went last"),
          isPrivate: z.boolean().describe("that is an address of this rack or site"),
        }),
      ),
    }),
  },
  testWebhook: {
    verb: "POST",
    path: "/api/webhooks/:name/test",
    role: "operator",
    says: "Send a test now",
    takes: z.object({ name: z.string() }),
    gives: done.extend({ taken: z.boolean() }),
  },
  failedWebhooks: {
    verb: "GET",
    path: "/api/webhooks/failed",
    role: "viewer",
    says: "Alerts that were not taken within a day",
    takes: none,
    gives: z.object({
      failed: z.array(
        z.object({
          ...{ name: z.string(), event: z.number(), alert: z.string(), at: z.number() },
          ...{ tries: z.number(), why: z.string() },
        }),
      ),
    }),
  },
} as const satisfies Record<string, Row>;
