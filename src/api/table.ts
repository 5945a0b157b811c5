import { z } from "zod";
import { BMC } from "./bmc-rows.ts";
import { consoleAsk, consoleSay } from "./console.ts";
import { INVENTORY } from "./inventory-rows.ts";
import { LAB } from "./lab-rows.ts";
import * as r from "./recordings.ts";
import { done, named, none, type Row } from "./row.ts";
import * as s from "./shapes.ts";
import { OBSERVED } from "./timeline-rows.ts";

/** What an install is of; the same for looking before it. */
const wish = named.extend({
  method: s.installMethod.default("installer"),
  image: z.string().optional().describe("not given: the method's usual one"),
  profile: s.name.optional().describe("installer: `[profiles.NAME]` of the settings"),
  preseed: z.string().max(65_536).optional().describe("installer: its answers, served to it once"),
  disks: z
    .array(z.string().min(1).max(200))
    .max(2)
    .default([])
    .describe("disks to erase: serial numbers, for the installer one, also by its /dev/disk/by-id name"),
  recipe: z.string().max(63).default("plain").describe("imaged: how the disks are laid out"),
  keys: z.array(z.string().max(10_000)).max(100).default([]).describe("imaged: public keys for ssh"),
  user: z.string().max(31).optional().describe("imaged: whose they are, who may sudo; else root's"),
});

/** Everything that can be asked. HTTP routes, OpenAPI, the CLI and the page's client come from these rows. */
export const API = {
  ...INVENTORY,
  ...OBSERVED,
  ...BMC,
  ...LAB,
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
  machineInventory: {
    verb: "GET",
    path: "/api/machines/:name/inventory",
    role: "viewer",
    says: "What a live hand found in it the last time: processors, memory, disks, cards; null: none has looked",
    takes: named,
    gives: z.object({ inventory: s.inventory.nullable() }),
  },
  rescue: {
    verb: "POST",
    path: "/api/machines/:name/rescue",
    role: "operator",
    says: "Arm the live hand and let one ssh key in as root, until the next arming",
    takes: named.extend({
      key: z.string().max(10_000).describe("the public key, as in an .pub file"),
      now: z.boolean().default(false).describe("boot it from the network now, through its BMC"),
    }),
    gives: s.story,
  },
  wipe: {
    verb: "POST",
    path: "/api/machines/:name/wipe",
    role: "operator",
    says: "Erase disks by the live hand, and read back that they are; refused of disks in use",
    takes: named.extend({
      disks: z
        .array(z.string().min(1).max(200))
        .min(1)
        .max(64)
        .describe("their serial numbers, or WWNs; a name such as sda is refused"),
      method: s.wipeMethod.default("auto").describe("auto: the surest that the disk can"),
      readBack: s.readBack.default("sample").describe("what is read afterwards: 256 places, or every byte"),
      now: z.boolean().default(false).describe("boot it from the network now, through its BMC"),
    }),
    gives: s.story,
  },
  install: {
    verb: "POST",
    path: "/api/machines/:name/install",
    role: "operator",
    says: "Install Debian: look first, arm, boot once from the network, and watch until its login prompt is seen",
    takes: wish.extend({
      despite: z.boolean().default(false).describe("although what was looked at before speaks against it"),
    }),
    gives: s.story,
  },
  preflight: {
    verb: "POST",
    path: "/api/machines/:name/install/preflight",
    role: "operator",
    says: "All that an install looks at before it touches anything, and nothing else",
    takes: wish,
    gives: s.preflight,
  },
  installChoices: {
    verb: "GET",
    path: "/api/install",
    role: "viewer",
    says: "What an install may be of: each method's images, the settings' profiles, the recipes",
    takes: none,
    gives: z.object({
      methods: z.array(
        z.object({
          method: s.installMethod,
          images: z.array(z.string()).describe("those that are here"),
          usual: z.string().describe("when none is named"),
        }),
      ),
      profiles: z.array(z.string()),
      recipes: z.array(z.object({ name: z.string(), disks: z.number() })),
    }),
  },
  showPreseed: {
    verb: "POST",
    path: "/api/machines/:name/install/preseed",
    role: "operator",
    says: "The installer's answers as they would be served, without password hashes; null: it would get none",
    takes: wish,
    gives: z.object({ text: z.string().nullable() }),
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
  retryStory: {
    verb: "POST",
    path: "/api/stories/:id/retry",
    role: "operator",
    says: "Ask again for an install, rescue or wipe that failed or was cancelled, as it was asked: a new story",
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
    says: "A machine's console recordings, the newest first",
    takes: named,
    gives: z.object({ recordings: z.array(r.recording) }),
  },
  recordingIndex: {
    verb: "GET",
    path: "/api/machines/:name/recordings/:file/index",
    role: "viewer",
    says: "How long a recording is, the marks in it, and where reading can begin",
    takes: named.extend({ file: z.string() }),
    gives: r.recordingIndex,
  },
  readRecording: {
    verb: "GET",
    path: "/api/machines/:name/recordings/:file",
    role: "viewer",
    says: "What was said from a moment on, a part at a time; what is before it is not read",
    takes: named.extend({
      file: z.string(),
      from: z.coerce.number().int().min(0).default(0),
      most: z.coerce.number().int().min(1).max(1_000_000).default(250_000).describe("characters, roughly"),
      screen: z
        .enum(["yes"])
        .optional()
        .describe("with the screen as it stood then, columns and rows being its"),
    }),
    gives: r.recordedEvents,
  },
  consoleLog: {
    verb: "GET",
    path: "/api/machines/:name/log",
    role: "viewer",
    says: "What a machine wrote on its console, as lines of text with their times",
    takes: named.extend(r.logSpan.shape),
    gives: r.consoleLog,
  },
  searchConsoles: {
    verb: "GET",
    path: "/api/consoles/search",
    role: "viewer",
    says: "Lines with a text in the recordings of one machine or of all, each machine's oldest first",
    takes: z.object({ ...r.logSpan.shape, text: z.string().min(1).max(200), machine: s.name.optional() }),
    gives: z.object({
      found: z.array(r.found),
      unread: z
        .array(s.name)
        .describe("machines that could not be looked at: nothing attends to their segment"),
    }),
  },
  listImages: {
    verb: "GET",
    path: "/api/images",
    role: "viewer",
    says: "The images on this machine",
    takes: none,
    gives: z.object({ images: z.array(s.image) }),
  },
  checkImage: {
    verb: "POST",
    path: "/api/images/:name/check",
    role: "operator",
    says: "Check an image now: signatures, files, and whether its kernel fits the mirror",
    takes: z.object({ name: z.string().min(1).max(200) }),
    gives: s.imageCheck,
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
export type LabCalls = Pick<Calls, keyof typeof LAB>;
export type Calls = { readonly [N in CallName]: (asked: Asked<N>, by: string) => Promise<Answer<N>> };

/** What went wrong, as the API says it: HTTP status 4xx or 5xx with this body. */
export const failure = z.object({ id: z.string(), says: z.string(), remedy: z.string() });
export type Failure = z.infer<typeof failure>;
