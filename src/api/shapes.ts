import { z } from "zod";
import { EVENT_KINDS, type EventKind } from "../base/event.ts";
import { readMac } from "../base/mac.ts";
import type { Read } from "../base/read.ts";
import { readSerialProfile } from "../base/serial-profile.ts";
import { bmcShown, newBmc } from "./bmc-shapes.ts";
import { INSTALL_METHODS, READ_BACKS, WIPE_METHODS } from "./choices.ts";

/** A word checked by one of base's readers; the flaw becomes the message. */
const readBy = <T>(read: (text: string) => Read<T>) =>
  z.string().transform((text, context) => {
    const got = read(text);
    if (got.ok) return got.value;
    context.addIssue({ code: "custom", message: got.flaw });
    return z.NEVER;
  });

export const name = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "a name has lower-case letters, digits and inner hyphens, at most 63",
  );
export const mac = z.string().check((c) => {
  const got = readMac(c.value);
  if (!got.ok) c.issues.push({ code: "custom", message: got.flaw, input: c.value });
});
export const serial = z.string().check((c) => {
  const got = readSerialProfile(c.value);
  if (!got.ok) c.issues.push({ code: "custom", message: got.flaw, input: c.value });
});
export { readBy };

export const labels = z.record(
  z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9._/-]{0,61}[a-z0-9])?$/,
      "a label's key has lower-case letters, digits, . _ / -",
    ),
  z.string().regex(/^[\w.:/+-]{0,63}$/, "a label's value has letters, digits and . _ : / + -, at most 63"),
);
export const firmware = z.enum(["bios", "uefi"]);
/** Whether the firmware copies its screen to the serial port, so that a loader must not write to both. */
export const redirected = z.boolean();
/** `pxelinux`: even to an iPXE ROM; `ipxe`: even to firmware that is not iPXE. */
export const loader = z.enum(["auto", "pxelinux", "ipxe"]);
export const planKind = z.enum(["installer", "live", "kernel", "local"]);
/** How Debian gets onto a disk. */
export const installMethod = z.enum(INSTALL_METHODS);
/** How a disk is erased, and what is read of it afterwards. */
export const wipeMethod = z.enum(WIPE_METHODS);
export const readBack = z.enum(READ_BACKS);
export const powerState = z.enum(["on", "off", "unknown"]);
export const powerAct = z.enum(["on", "off", "cycle", "reset", "soft", "soft-or-off"]);

export const plan = z.object({
  id: z.number(),
  kind: planKind,
  image: z.string().nullable(),
  preseed: z.boolean().optional().describe("it carries a preseed, which only the machine gets, once"),
  state: z.enum(["armed", "used"]),
  by: z.string(),
  at: z.number(),
});

export const event = z.object({
  id: z.number(),
  at: z.number().describe("milliseconds since 1970"),
  kind: z.enum(Object.keys(EVENT_KINDS) as [EventKind, ...EventKind[]]),
  machine: z.string().nullable(),
  mac: z.string().nullable(),
  says: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

export const foldedEvents = z.object({ kind: z.string(), count: z.number(), until: z.number() });

/** What a machine is doing now, in a word; the page, the CLI and reports show the same row. */
export const machineState = z.object({
  word: z.string(),
  since: z.number().nullable(),
  waits: z.string().nullable().describe("what it waits for"),
});

/** How a machine's firmware was answered when it got on. */
export const workedWay = z.object({
  mac: z.string(),
  asker: z.string().describe("rom, ipxe or http"),
  way: z.string().describe("a way of docs/quirks.md"),
  at: z.number(),
});

/** What an install put on its disks, as far as its login prompt was seen. */
export const installed = z.object({
  at: z.number(),
  image: z.string(),
  story: z.number(),
  hostKey: z.string().nullable().describe("of ssh, as known_hosts has it; null: it was not seen"),
  disks: z.array(z.string()).readonly().describe("their serial numbers, where they were named"),
});
/** How far a story is; what is not known of its present step is null. */
export const progress = z.object({
  step: z.number(),
  of: z.number(),
  percent: z.number().nullable().describe("of this step"),
  says: z.string(),
});

export const machine = z.object({
  name,
  macs: z.array(z.string()),
  firmware,
  serial: z.string(),
  redirected,
  loader,
  segment: z.string(),
  attended: z.boolean().describe("whether an agent attends to its segment now"),
  bmc: bmcShown
    .extend({ lacksPassword: z.literal(true).optional().describe("nobody has told it yet") })
    .nullable(),
  labels,
  installed: installed.nullable().optional().describe("null: what stands on its disks is not known"),
  declared: z
    .object({ by: z.enum(["file", "agent"]), name: z.string() })
    .nullable()
    .describe("who says how it is, so that it is changed there; null: it is changed here"),
  plan: plan.nullable(),
  ways: z.array(workedWay).describe("by which ways it got on; the next answer takes them first"),
  power: powerState,
  console: z.object({
    is: z.enum(["attached", "lost", "none"]),
    writer: z.string().nullable(),
    because: z.string().nullable(),
  }),
  state: machineState,
});

export const finding = z.object({
  id: z.string(),
  is: z.enum(["pass", "warn", "fail", "unknown"]),
  says: z.string(),
  remedy: z.string().optional(),
});
const overall = z.enum(["pass", "fail", "unknown"]);
export const imageCheck = z.object({ at: z.number(), overall, findings: z.array(finding) });
/** What was looked at before an install; the words of `findings` are all that stands in its way. */
export const preflight = z.object({
  image: z.string(),
  overall,
  findings: z.array(
    finding.extend({ overrule: z.boolean().optional().describe("`despite` goes on all the same") }),
  ),
});

export const image = z.object({
  name: z.string(),
  kind: z.enum(["installer", "kernel"]).describe("Debian's installer, or a kernel with what belongs to it"),
  release: z.string().nullable().describe("of Debian; null here and below: a kernel does not say so"),
  suite: z.string().nullable(),
  arch: z.string().nullable(),
  build: z.string().nullable(),
  kernelRelease: z.string().nullable(),
  root: z.string(),
  loaders: z
    .object({ of: z.string().describe("the image that they come from"), grub: z.string().nullable() })
    .nullable()
    .describe("what UEFI loads before its menu; null: it brings none, and gets those of the standard image"),
  check: imageCheck.nullable().describe("its last check; null: not checked by this service yet"),
});

/** What its live hand found in a machine. A word that the machine does not say, or says in vain, is null. */
const word = z.string().nullable();
export const disk = z.object({
  name: z.string().describe("of its device, such as sda or nvme0n1"),
  model: word,
  serial: word,
  wwn: word,
  bytes: z.number(),
  blockBytes: z.number(),
  kind: z.enum(["hdd", "ssd", "nvme", "virtual"]),
  transport: word.describe("sata, sas, nvme, usb, virtio"),
  removable: z.boolean(),
  holds: z.array(z.string()).describe("what is on it: partitions, file systems, RAID and LVM members"),
  health: z.object({
    is: z.enum(["good", "failing", "unknown"]),
    says: z.string().describe("what SMART tells, or why nothing is known"),
  }),
});
export const nic = z.object({
  name: z.string(),
  mac: z.string(),
  driver: word,
  link: z.enum(["up", "down", "unknown"]),
  megabits: z.number().nullable(),
  pci: word.describe("where it is plugged, such as 0000:00:03.0"),
  model: word,
});
export const inventory = z.object({
  readAt: z.number().describe("milliseconds since 1970"),
  boot: z.string().describe("the boot of the live hand that read it"),
  firmware,
  secureBoot: z.enum(["on", "off"]).nullable().describe("null: its firmware has none"),
  cpu: z.object({
    model: word,
    architecture: z.string(),
    sockets: z.number(),
    cores: z.number(),
    threads: z.number(),
  }),
  memory: z.object({
    bytes: z.number().describe("that the kernel has"),
    modules: z.array(z.object({ slot: z.string(), bytes: z.number(), kind: word, serial: word })),
  }),
  dmi: z.object({
    vendor: word,
    product: word,
    serial: word,
    uuid: word,
    board: word,
    firmwareVendor: word,
    firmwareVersion: word,
    firmwareDate: word,
  }),
  disks: z.array(disk),
  nics: z.array(nic),
});

/** Long work on one machine, told from its journal. */
export const story = z.object({
  id: z.number(),
  kind: z.string(),
  machine: z.string(),
  subject: z.record(z.string(), z.unknown()),
  by: z.string(),
  at: z.number(),
  state: z.enum(["open", "done", "failed", "cancelled"]),
  says: z.string().describe("how it stands, or how it ended"),
  endedAt: z.number().nullable(),
  progress: progress.optional().describe("while it goes on"),
  entries: z.array(
    z.object({ seq: z.number(), at: z.number(), act: z.string(), says: z.string(), fine: z.boolean() }),
  ),
});

const loaded = z.object({ files: z.number(), bytes: z.number() });
export const mirror = z.object({
  doors: z.array(z.object({ segment: z.string(), proxy: z.string(), debian: z.string() })),
  archives: z.array(z.object({ name: z.string(), url: z.string() })),
  cache: z.object({ files: z.number(), bytes: z.number(), mostBytes: z.number() }),
  served: z.object({ hit: loaded, stale: loaded, miss: loaded }).describe("since the service started"),
  outages: z.array(z.object({ host: z.string(), since: z.number(), because: z.string() })),
});

export const lease = z.object({
  address: z.string(),
  mac: z.string(),
  machine: z.string().nullable().describe("the machine on record that has this MAC"),
  until: z
    .number()
    .describe("milliseconds since 1970; the address stays its machine's until another needs it"),
  known: z.boolean().describe("on record, or it got on once"),
});
export const room = z.object({
  size: z.number().describe("addresses to lease"),
  free: z.number(),
  aside: z.number().describe("set aside because somebody else uses them"),
});
export const segmentFinding = z.object({
  id: z.enum(["other-server", "no-server", "server-changed", "pool-empty", "addresses-used"]),
  says: z.string(),
  remedy: z.string(),
  servers: z.array(z.string()),
  since: z.number(),
});
export const segment = z.object({
  name: z.string(),
  mode: z.enum(["dhcp", "proxy"]),
  interface: z.string(),
  subnet: z.string(),
  agent: z.string().nullable().describe("the agent that attends to it now"),
  heardAt: z.number().describe("when an agent last came for it, milliseconds since 1970"),
  leases: z.number().describe("leases that hold"),
  room: room.nullable().describe("null: it leases nothing, or nothing attends to it"),
  findings: z.array(segmentFinding),
});

export const newMachine = z.object({
  name,
  mac,
  firmware: firmware.default("bios"),
  serial: serial.default("ttyS1,115200n8"),
  redirected: redirected.default(false),
  loader: loader.default("auto"),
  segment: z.string().default("local"),
  bmc: newBmc.nullable().default(null),
  labels: labels.default({}),
});

const machineFields = z.object({
  macs: z.array(mac).min(1).max(16),
  firmware,
  serial,
  redirected,
  loader,
  segment: z.string().min(1).max(63),
});
/** What is given is set anew. */
export const machineChange = machineFields.partial();
/** As a file in git has it: whole, and without a secret. */
export const declaredMachine = machineFields.extend({
  name,
  labels,
  bmc: z
    .object({ ...bmcShown.shape, address: z.string().min(1).max(255), user: z.string().max(64) })
    .nullable(),
});
export const inventoryChange = z.object({
  name,
  does: z.enum(["add", "change", "remove", "let go"]),
  fields: z.array(z.object({ field: z.string(), from: z.string(), to: z.string() })),
});

export type Labels = z.infer<typeof labels>;
export type DeclaredMachine = z.infer<typeof declaredMachine>;
export type InventoryChange = z.infer<typeof inventoryChange>;
export type Lease = z.infer<typeof lease>;
export type SegmentFinding = z.infer<typeof segmentFinding>;
export type Segment = z.infer<typeof segment>;
export type Machine = z.infer<typeof machine>;
export type NewMachine = z.infer<typeof newMachine>;
export type MachineState = z.infer<typeof machineState>;
export type Firmware = z.infer<typeof firmware>;
export type Loader = z.infer<typeof loader>;
export type InstallMethod = z.infer<typeof installMethod>;
export type Plan = z.infer<typeof plan>;
export type TimelineEvent = z.infer<typeof event>;
export type PowerState = z.infer<typeof powerState>;
export type PowerAct = z.infer<typeof powerAct>;
export type Finding = z.infer<typeof finding>;
export type ImageCheck = z.infer<typeof imageCheck>;
export type MirrorStatus = z.infer<typeof mirror>;
export type Preflight = z.infer<typeof preflight>;
export type Image = z.infer<typeof image>;
export type Installed = z.infer<typeof installed>;
export type Progress = z.infer<typeof progress>;
export type Inventory = z.infer<typeof inventory>;
export type Story = z.infer<typeof story>;
