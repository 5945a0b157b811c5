import { z } from "zod";
import { readMac } from "../../base/mac.ts";
import type { Read } from "../../base/read.ts";
import { readSerialProfile } from "../../base/serial-profile.ts";

/** A word that one of base's readers takes; its flaw is the message, the word stays as it is. */
const checkedBy = (read: (text: string) => Read<unknown>) =>
  z.string().check((context) => {
    const got = read(context.value);
    if (!got.ok) context.issues.push({ code: "custom", message: got.flaw, input: context.value });
  });

const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "lower-case letters, digits and inner hyphens");
const mac = z.string().transform((text, context) => {
  const got = readMac(text);
  if (got.ok) return got.value as string;
  context.addIssue({ code: "custom", message: got.flaw });
  return z.NEVER;
});
const labels = z.record(
  z
    .string()
    .regex(/^[a-z0-9]([a-z0-9._/-]{0,61}[a-z0-9])?$/, "lower-case letters, digits and . _ / - inside"),
  z.string().regex(/^[\w.:/+-]{0,63}$/, "letters, digits and . _ : / + -, at most 63"),
);
const PORTS = { ipmitool: 623, redfish: 443, smash: 22, command: 1 } as const;
const bmc = z
  .strictObject({
    driver: z.enum(["ipmitool", "redfish", "smash", "command"]).default("ipmitool"),
    address: z.string().min(1).max(255),
    port: z.int().min(1).max(65_535).optional(),
    user: z.string().max(64).default("ADMIN"),
    console: z.enum(["ipmitool", "smash"]).optional(),
    "console-port": z.int().min(1).max(65_535).optional(),
    commands: z.string().max(64).optional(),
  })
  .transform(({ port, "console-port": consolePort, ...rest }) => {
    return { ...rest, port: port ?? PORTS[rest.driver], ...(consolePort && { consolePort }) };
  });

const machine = z.strictObject({
  name,
  macs: z.array(mac).min(1).max(16),
  segment: z.string().min(1).max(63).default("local"),
  firmware: z.enum(["bios", "uefi"]).default("bios"),
  serial: checkedBy(readSerialProfile).default("ttyS1,115200n8"),
  redirected: z.boolean().default(false),
  loader: z.enum(["auto", "pxelinux", "ipxe"]).default("auto"),
  labels: labels.default({}),
  bmc: bmc.optional(),
});

/** What a file of machines may say. A BMC's password is no part of it: the file is for git. */
export const machinesFile = z.strictObject({ machine: z.array(machine).default([]) }).check((context) => {
  const seen = new Map<string, number>();
  for (const [i, { name: own, macs }] of context.value.machine.entries()) {
    const words = [["name", own] as const, ...macs.map((one) => ["macs", one] as const)];
    for (const [key, word] of words) {
      const twin = seen.get(word);
      seen.set(word, twin ?? i);
      if (twin === undefined) continue;
      const message = `"${word}" stands at machine ${twin + 1} already`;
      context.issues.push({ code: "custom", message, path: ["machine", i, key], input: context.value });
    }
  }
});

export type FileMachine = Omit<z.output<typeof machine>, "bmc"> & { bmc: z.output<typeof bmc> | null };

type Kept = Omit<FileMachine, "bmc"> & {
  readonly bmc: {
    readonly address: string;
    readonly port: number;
    readonly user: string;
    readonly driver?: string | undefined;
    readonly console?: string | undefined;
    readonly consolePort?: number | undefined;
    readonly commands?: string | undefined;
  } | null;
};

/** The same file for the same machines, byte for byte; what every machine has anyway is left out. */
export function writeMachines(machines: readonly Kept[]): string {
  const sorted = [...machines].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.map((one) => `${linesOf(one).join("\n")}\n`).join("\n");
}

function linesOf({
  name: own,
  macs,
  segment,
  firmware,
  serial,
  redirected,
  loader,
  labels: all,
  bmc: at,
}: Kept) {
  const usual = {
    segment: "local",
    firmware: "bios",
    serial: "ttyS1,115200n8",
    redirected: false,
    loader: "auto",
  };
  const plain = pairs({ segment, firmware, serial, redirected, loader }, usual);
  const put = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
  const reached = at && {
    ...{ driver: at.driver ?? "ipmitool", address: at.address, port: at.port, user: at.user },
    ...{ console: at.console, "console-port": at.consolePort, commands: at.commands },
  };
  const usualPort = PORTS[(reached?.driver ?? "ipmitool") as keyof typeof PORTS];
  return [
    "[[machine]]",
    `name = ${word(own)}`,
    `macs = [${macs.map(word).join(", ")}]`,
    ...plain,
    ...(put.length === 0
      ? []
      : ["[machine.labels]", ...put.map(([key, value]) => `${word(key)} = ${word(value)}`)]),
    ...(reached === null
      ? []
      : ["[machine.bmc]", ...pairs(reached, { driver: "ipmitool", port: usualPort })]),
  ];
}

const pairs = (from: Readonly<Record<string, unknown>>, usual: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(from)
    .filter(([key, value]) => value !== undefined && value !== usual[key])
    .map(([key, value]) => `${key} = ${word(value)}`);

/** TOML 1.0: a basic string has JSON's escapes, and a control character of its own never stands in one. */
const word = (value: unknown): string => JSON.stringify(value).replaceAll("\x7f", "\\u007f");
