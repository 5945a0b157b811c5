import { z } from "zod";
import { bmcAspect, bmcReport, newBmc } from "./bmc-shapes.ts";
import { consoleAsk, consoleSay } from "./console.ts";
import * as s from "./shapes.ts";

export type Role = "viewer" | "operator" | "admin";
/** STREAM: a WebSocket; LINES: GET, answered by one JSON object a line. */
export type Verb = "GET" | "POST" | "DELETE" | "STREAM" | "LINES";
type Shape = z.ZodType;
type Row = {
  readonly verb: Verb;
  readonly path: string; // `:name` is taken from the question
  readonly role: Role;
  readonly says: string; // one line for OpenAPI and help
  readonly takes: z.ZodObject;
  readonly gives: Shape; // of a stream: each frame; of lines: each line
  readonly mostBytes?: number; // of the question, where the usual 64 KiB do not do
  readonly hears?: Shape; // of a stream: each frame from the asker
};

const none = z.object({});
const named = z.object({ name: s.name });
const done = z.object({ says: z.string() });
const search = {
  text: z.string().max(200).optional().describe("found in an event's sentence or in its detail"),
  kind: z.string().max(500).optional().describe("kinds or rooms, such as console,dhcp.silent"),
  since: z.coerce.number().optional().describe("milliseconds since 1970"),
  until: z.coerce.number().optional(),
};
const filter = z.object({
  name: z.string().max(10_000).optional().describe("names, * and ? allowed, with commas between"),
  label: z.string().max(1000).optional().describe("such as rack=3,role!=db,spare,!old"),
  state: z.string().max(200).optional().describe("such as up,installer"),
});

/** Everything that can be asked. HTTP routes, OpenAPI, the CLI and the page's client come from these rows. */
export const API = {
  status: {
    verb: "GET",
    path: "/api/status",
    role: "viewer",
    says: "What the service is and who is attached to it",
    takes: none,
    gives: z.object({
      version: z.string(),
      startedAt: z.number(),
      agents: z.array(z.object({ name: z.string(), segment: z.string(), attached: z.boolean() })),
    }),
  },
  listMachines: {
    verb: "GET",
    path: "/api/machines",
    role: "viewer",
    says: "All machines, or those that fit, each with its present state",
    takes: filter,
    gives: z.object({ machines: z.array(s.machine) }),
  },
  showMachine: {
    verb: "GET",
    path: "/api/machines/:name",
    role: "viewer",
    says: "One machine",
    takes: named,
    gives: s.machine,
  },
  addMachine: {
    verb: "POST",
    path: "/api/machines",
    role: "operator",
    says: "Put a machine on record",
    takes: s.newMachine,
    gives: s.machine,
  },
  setMachine: {
    verb: "POST",
    path: "/api/machines/:name",
    role: "operator",
    says: "Change what is on record of a machine; what is not given stays",
    takes: named.extend(s.machineChange.shape),
    gives: s.machine,
  },
  labelMachine: {
    verb: "POST",
    path: "/api/machines/:name/labels",
    role: "operator",
    says: "Put labels on a machine and take others off",
    takes: named.extend({ set: s.labels.default({}), drop: z.array(z.string()).max(100).default([]) }),
    gives: s.machine,
  },
  importMachines: {
    verb: "POST",
    path: "/api/inventory",
    role: "operator",
    says: "Make the record be as a file declares it: all or nothing; `dryRun` only tells what would change",
    mostBytes: 8 * 1024 * 1024,
    takes: z.object({
      file: z.string().min(1).max(500).describe("what the file is called, here and everywhere"),
      machines: z.array(s.declaredMachine).max(10_000),
      letGo: z.boolean().default(false).describe("it declares nothing any more; its machines stay"),
      dryRun: z.boolean().default(false),
      agreed: z
        .string()
        .optional()
        .describe("`shows` of the dry run: refused when something else would change now"),
    }),
    gives: z.object({
      changes: z.array(s.inventoryChange),
      shows: z.string().describe("stands for exactly these changes"),
      done: z.boolean(),
      lackPassword: z.array(s.name).describe("of these nobody has told the BMC's password"),
    }),
  },
  removeMachine: {
    verb: "DELETE",
    path: "/api/machines/:name",
    role: "operator",
    says: "Take a machine off the record; its timeline stays",
    takes: named,
    gives: done,
  },
  armPlan: {
    verb: "POST",
    path: "/api/machines/:name/plan",
    role: "operator",
    says: "Arm a boot plan, once; `now` also boots the machine from the network through its BMC",
    takes: named.extend({
      plan: s.planKind,
      image: z.string().optional().describe("not given: debian-12 for installer, live for live"),
      preseed: z.string().max(65_536).optional().describe("for installer: its answers, served to it once"),
      now: z.boolean().default(false),
    }),
    gives: s.machine,
  },
  install: {
    verb: "POST",
    path: "/api/machines/:name/install",
    role: "operator",
    says: "Install Debian: look first, arm, boot once from the network, and watch until its login prompt is seen",
    takes: named.extend({
      method: s.installMethod.default("installer"),
      image: z.string().optional().describe("not given: the method's usual one, debian-12"),
      preseed: z.string().max(65_536).optional().describe("the installer's answers, served to it once"),
      despite: z.boolean().default(false).describe("although the image's last check failed"),
    }),
    gives: s.story,
  },
  listStories: {
    verb: "GET",
    path: "/api/stories",
    role: "viewer",
    says: "Installs and other long work, the newest first",
    takes: z.object({
      machine: s.name.optional(),
      limit: z.coerce.number().int().min(1).max(500).default(50),
    }),
    gives: z.object({ stories: z.array(s.story) }),
  },
  showStory: {
    verb: "GET",
    path: "/api/stories/:id",
    role: "viewer",
    says: "One of them, with what was done",
    takes: z.object({ id: z.coerce.number().int().min(1) }),
    gives: s.story,
  },
  cancelStory: {
    verb: "POST",
    path: "/api/stories/:id/cancel",
    role: "operator",
    says: "End it; what it armed is disarmed",
    takes: z.object({ id: z.coerce.number().int().min(1) }),
    gives: done,
  },
  setPower: {
    verb: "POST",
    path: "/api/machines/:name/power",
    role: "operator",
    says: "Change the power through the BMC and read it back",
    takes: named.extend({ act: s.powerAct }),
    gives: z.object({ power: s.powerState }),
  },
  readPower: {
    verb: "GET",
    path: "/api/machines/:name/power",
    role: "viewer",
    says: "The power state, asked from the BMC now",
    takes: named,
    gives: z.object({ power: s.powerState }),
  },
  readBmc: {
    verb: "GET",
    path: "/api/machines/:name/bmc/:about",
    role: "operator",
    says: "What the BMC tells about itself, asked from it now",
    takes: named.extend({ about: bmcAspect }),
    gives: bmcReport,
  },
  setBmc: {
    verb: "POST",
    path: "/api/machines/:name/bmc",
    role: "operator",
    says: "Change how a machine's BMC is reached; what is not given stays. `trustAnew` forgets its certificate and host key",
    takes: named.extend({
      ...newBmc.partial().shape,
      trustAnew: z.boolean().default(false),
    }),
    gives: s.machine,
  },
  secure: {
    verb: "POST",
    path: "/api/machines/:name/secure",
    role: "operator",
    says: "Give the BMC's user a random password, prove it by logging in, keep it sealed",
    takes: named,
    gives: done,
  },
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
  screen: {
    verb: "GET",
    path: "/api/machines/:name/screen",
    role: "viewer",
    says: "The console's present screen as lines of text",
    takes: named,
    gives: z.object({ lines: z.array(z.string()), attached: z.boolean() }),
  },
  listRecordings: {
    verb: "GET",
    path: "/api/machines/:name/recordings",
    role: "viewer",
    says: "A machine's console recordings",
    takes: named,
    gives: z.object({ recordings: z.array(s.recording) }),
  },
  why: {
    verb: "GET",
    path: "/api/machines/:name/why",
    role: "viewer",
    says: "Why a machine does not get on, in one sentence, with the events that show it",
    takes: named,
    gives: z.object({ says: z.string().nullable(), evidence: z.array(s.event) }),
  },
  discover: {
    verb: "GET",
    path: "/api/discovered",
    role: "viewer",
    says: "Addresses that asked the network and belong to no machine on record, with their last event",
    takes: none,
    gives: z.object({
      discovered: z.array(
        z.object({
          mac: z.string(),
          event: s.event.describe("its last"),
          segment: z.string(),
          firmware: z.string().nullable().describe("bios, uefi-x64, ...; null: it did not ask as firmware"),
          vendor: z.string().nullable().describe("who made the card, where Debian's ieee-data is installed"),
          uuid: z.string().nullable().describe("as its firmware has it (option 97)"),
          firstSeen: z.number(),
          lastSeen: z.number(),
        }),
      ),
    }),
  },
  forgetDiscovered: {
    verb: "DELETE",
    path: "/api/discovered/:mac",
    role: "operator",
    says: "Forget an address until it is heard anew",
    takes: z.object({ mac: s.mac }),
    gives: done,
  },
  listImages: {
    verb: "GET",
    path: "/api/images",
    role: "viewer",
    says: "The images on this machine",
    takes: none,
    gives: z.object({ images: z.array(s.image) }),
  },
  mirrorStatus: {
    verb: "GET",
    path: "/api/mirror",
    role: "viewer",
    says: "The mirror of Debian's packages; null: no segment has it",
    takes: none,
    gives: z.object({ mirror: s.mirror.nullable() }),
  },
  listSegments: {
    verb: "GET",
    path: "/api/segments",
    role: "viewer",
    says: "The networks that are attended to: leases, and what is wrong there",
    takes: none,
    gives: z.object({ segments: z.array(s.segment) }),
  },
  showSegment: {
    verb: "GET",
    path: "/api/segments/:name",
    role: "viewer",
    says: "One network, with every lease and whose it is",
    takes: z.object({ name: z.string() }),
    gives: z.object({ segment: s.segment, leases: z.array(s.lease) }),
  },
  reload: {
    verb: "POST",
    path: "/api/reload",
    role: "admin",
    says: "Read the settings again; segments that stay as they are go on untouched",
    takes: none,
    gives: done,
  },
  watch: {
    verb: "STREAM",
    path: "/api/watch",
    role: "viewer",
    says: "Machines as they change and events as they come; first frame: all machines",
    takes: z.object({ machine: s.name.optional() }),
    gives: z.discriminatedUnion("is", [
      z.object({ is: z.literal("machines"), machines: z.array(s.machine) }),
      z.object({ is: z.literal("machine"), machine: s.machine }),
      z.object({ is: z.literal("gone"), name: z.string() }),
      z.object({ is: z.literal("event"), event: s.event }),
    ]),
  },
  console: {
    verb: "STREAM",
    path: "/api/machines/:name/console",
    role: "operator",
    says: "A machine's console, live; one writer, many viewers",
    takes: named.extend({ who: z.string().max(100).default("somebody") }),
    gives: consoleSay,
    hears: consoleAsk,
  },
} as const satisfies Record<string, Row>;

export type Api = typeof API;
export type RowName = keyof Api;
export type StreamName = { [N in RowName]: Api[N]["verb"] extends "STREAM" ? N : never }[RowName];
export type LinesName = { [N in RowName]: Api[N]["verb"] extends "LINES" ? N : never }[RowName];
export type CallName = Exclude<RowName, StreamName | LinesName>;
/** What may be asked (defaults left out) and what a handler gets (defaults filled in). */
export type Question<N extends RowName> = z.input<Api[N]["takes"]>;
export type Asked<N extends RowName> = z.output<Api[N]["takes"]>;
export type Answer<N extends RowName> = z.output<Api[N]["gives"]>;
export type Frame<N extends StreamName | LinesName> = z.output<Api[N]["gives"]>;
/** `by` is who asks, for the timeline. */
export type Calls = { readonly [N in CallName]: (asked: Asked<N>, by: string) => Promise<Answer<N>> };

/** What went wrong, as the API says it: HTTP status 4xx or 5xx with this body. */
export const failure = z.object({ id: z.string(), says: z.string(), remedy: z.string() });
export type Failure = z.infer<typeof failure>;
