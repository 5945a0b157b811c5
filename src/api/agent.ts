import { z } from "zod";
import type { Observed } from "../base/event.ts";
import { type BmcReport, type BootFound, bmcAspect, bmcLogin, bootWish } from "./bmc-shapes.ts";
import { consoleSay } from "./console.ts";
import {
  type ConsoleLog,
  logSpan,
  type RecordedEvents,
  type Recording,
  type RecordingIndex,
} from "./recordings.ts";
import * as s from "./shapes.ts";

/** The protocol between the service and an agent: JSON objects, the same over memory, a unix socket or a WebSocket. */

const pool6 = z.object({ from: z.string(), to: z.string() }).optional();
const ipv6 = z.object({
  mode: z.enum(["boot", "lease"]),
  subnet: z.string().describe("our address and prefix, such as 2001:db8::1/64"),
  pool: pool6,
  nameServers: z.array(z.string()),
  relayed: z.array(z.object({ subnet: z.string(), pool: pool6 })),
  reservations: z
    .array(z.object({ owner: z.string().describe("a MAC, or duid and its bytes"), address: z.string() }))
    .optional(),
});

export const segment = z.object({
  name: z.string(),
  mode: z.enum(["dhcp", "proxy"]),
  interface: z.string(),
  subnet: z.string().describe("our address and prefix, such as 10.77.0.1/24"),
  pool: z.object({ from: z.string(), to: z.string() }),
  answerSolicitations: z.boolean(),
  leaseSeconds: z.number(),
  routers: z.array(z.string()),
  nameServers: z.array(z.string()),
  ipv6: ipv6.optional(),
  relayed: z.array(
    z.object({
      subnet: z.string(),
      pool: z.object({ from: z.string(), to: z.string() }),
      routers: z.array(z.string()),
    }),
  ),
  otherServers: z.array(z.string()).optional().describe("DHCP servers beside us that are known and right"),
  reservations: z.array(z.object({ mac: s.mac, address: z.string() })),
  unknown: z.enum(["local", "menu"]).describe("what a machine that is not on record gets"),
  image: z.string().describe("whose menu a machine without a boot plan gets"),
});

/** A machine as the agent must know it: enough to boot and to hold the console while the service is away. */
export const knownMachine = z.object({
  name: s.name,
  macs: z.array(s.mac),
  firmware: s.firmware,
  serial: s.serial,
  redirected: s.redirected,
  loader: s.loader,
  bmc: bmcLogin.nullable(),
  plan: s.plan.nullable(),
  ways: z.array(s.workedWay).optional(),
  preseed: z.string().optional().describe("of its plan; until the machine has fetched it"),
});

export const power = z.object({ ask: z.literal("power"), machine: s.name });
const act = z.object({
  ask: z.literal("act"),
  machine: s.name,
  act: s.powerAct,
  softSeconds: z.number().optional().describe("how long a shutdown may take"),
});
const bootDevice = z.object({
  ask: z.literal("bootDevice"),
  machine: s.name,
  set: bootWish.optional().describe("not given: only read"),
});
const media = z.object({ ask: z.literal("media"), machine: s.name, url: z.string().nullable() });
const bootOnce = z.object({ ask: z.literal("bootOnce"), machine: s.name });
const screen = z.object({ ask: z.literal("screen"), machine: s.name });
const report = z.object({ ask: z.literal("report"), machine: s.name, about: bmcAspect });
/** Sets a new password, or only finds out which of the two the BMC takes. */
const password = z.object({
  ask: z.literal("password"),
  machine: s.name,
  old: z.string().describe("as it is kept, which may be newer than what the agent knows"),
  next: z.string(),
  sets: z.boolean(),
});
const trustAnew = z.object({ ask: z.literal("trustAnew"), machine: s.name });
/** One script for the machine's live hand; the same id is run once in a boot and answered alike each time. */
const errand = z.object({
  ask: z.literal("errand"),
  machine: s.name,
  id: s.name,
  script: z.string().max(131_072),
  withinMs: z.number().int().min(1000).describe("for the script, once it runs"),
});
const recordings = z.object({ ask: z.literal("recordings"), machine: s.name });
const recordingIndex = z.object({ ask: z.literal("recordingIndex"), machine: s.name, file: z.string() });
const readRecording = z.object({
  ask: z.literal("readRecording"),
  machine: s.name,
  file: z.string(),
  from: z.number(),
  most: z.number(),
  screen: z.boolean().optional(),
});
const consoleLog = z.object({ ask: z.literal("consoleLog"), machine: s.name, ...logSpan.shape });
export const agentQuestion = z.discriminatedUnion("ask", [
  power,
  act,
  bootOnce,
  bootDevice,
  media,
  screen,
  report,
  password,
  trustAnew,
  errand,
  recordings,
  recordingIndex,
  readRecording,
  consoleLog,
]);

const viewer = z.string();
export const toAgent = z.discriminatedUnion("do", [
  z.object({ do: z.literal("know"), machines: z.array(knownMachine) }),
  z.object({ do: z.literal("answer"), id: z.number(), question: agentQuestion }),
  z.object({ do: z.literal("watch"), viewer, machine: s.name, who: z.string() }),
  z.object({ do: z.literal("unwatch"), viewer }),
  z.object({ do: z.literal("type"), viewer, data: z.string() }),
  z.object({ do: z.literal("take"), viewer }),
  z.object({ do: z.literal("leave"), viewer }),
  z.object({ do: z.literal("redraw"), viewer }),
  z.object({ do: z.literal("break"), viewer }),
  z.object({ do: z.literal("report") }).describe("tell all leases anew"),
  z.object({ do: z.literal("stored"), seq: z.number().describe("events up to here are kept; forget them") }),
]);

export const fromAgent = z.discriminatedUnion("is", [
  z.object({
    is: z.literal("hello"),
    agent: z.string(),
    run: z.string().describe("one life of the agent; event numbers count within it"),
    segment,
    declares: z
      .array(knownMachine)
      .describe("machines that come with the agent, such as those of the virtual rack"),
  }),
  z.object({
    is: z.literal("event"),
    seq: z.number(),
    event: z.custom<Observed>((e) => typeof e === "object"),
  }),
  z.object({ is: z.literal("answered"), id: z.number(), value: z.unknown() }),
  z.object({
    is: z.literal("failed"),
    id: z.number(),
    fault: z.object({ id: z.string(), says: z.string(), remedy: z.string() }),
  }),
  z.object({
    is: z.literal("machine"),
    machine: s.name,
    power: s.powerState,
    console: s.machine.shape.console,
  }),
  z.object({ is: z.literal("console"), viewer, say: consoleSay }),
  z.object({
    is: z.literal("hand"),
    machine: s.name,
    boot: z.string().describe("the boot that it stands in"),
    address: z.string(),
  }),
  z.object({
    is: z.literal("leases"),
    whole: z.boolean().describe("all there are begin here; else what changed, or more of them"),
    leases: z.array(s.lease.omit({ machine: true })),
  }),
  z.object({ is: z.literal("segment"), room: s.room.nullable(), findings: z.array(s.segmentFinding) }),
]);

export type Segment = z.infer<typeof segment>;
export type KnownMachine = z.infer<typeof knownMachine>;
export type AgentQuestion = z.infer<typeof agentQuestion>;
export type ToAgent = z.infer<typeof toAgent>;
export type FromAgent = z.infer<typeof fromAgent>;
export type AgentAnswers = {
  power: { power: "on" | "off" };
  act: { power: "on" | "off" };
  bootOnce: { says: string };
  bootDevice: BootFound;
  media: { says: string };
  screen: { lines: string[]; attached: boolean };
  report: BmcReport;
  password: { kept: "old" | "new" | "shortened" };
  trustAnew: { says: string };
  errand: { code: number; output: string };
  recordings: { recordings: Recording[] };
  recordingIndex: RecordingIndex;
  readRecording: RecordedEvents;
  consoleLog: ConsoleLog;
};
