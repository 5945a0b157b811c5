import { z } from "zod";
import { BOOT_DEVICES } from "./choices.ts";

/** How a BMC is reached; what is not said is `ipmitool`. */
export const bmcDriver = z.enum(["ipmitool", "redfish", "smash", "command"]);
export const bmcSettings = {
  driver: bmcDriver.optional(),
  console: z.enum(["ipmitool", "smash"]).optional().describe("where the driver has no console of its own"),
  consolePort: z.number().int().min(1).max(65_535).optional(),
  commands: z.string().max(64).optional().describe("of the driver command: a table of the settings"),
};
export const bmcShown = z.object({ address: z.string(), port: z.number(), user: z.string(), ...bmcSettings });
export const bmcLogin = bmcShown.extend({ password: z.string() });
export const newBmc = z.object({
  address: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65_535).optional().describe("else the driver's usual one"),
  user: z.string().max(64),
  password: z.string().max(255),
  ...bmcSettings,
});

export const bmcAspect = z.enum(["controller", "console", "sensors", "log", "parts", "users", "findings"]);
/** What was asked for, and the driver's name. */
export const bmcReport = z.object({
  speaks: z.string(),
  controller: z.object({ maker: z.string(), product: z.string(), firmware: z.string() }).optional(),
  console: z
    .object({
      ways: z.array(z.object({ by: z.string(), isOn: z.boolean(), port: z.number().optional() })),
      baud: z.number().optional(),
    })
    .optional(),
  sensors: z
    .array(
      z.object({
        name: z.string(),
        is: z.enum(["ok", "warning", "critical", "absent", "unknown"]),
        reads: z.string(),
      }),
    )
    .optional(),
  log: z.array(z.object({ id: z.string(), at: z.string(), says: z.string() })).optional(),
  parts: z.array(z.object({ name: z.string(), fields: z.record(z.string(), z.string()) })).optional(),
  users: z
    .array(z.object({ id: z.string(), name: z.string(), isOn: z.boolean(), role: z.string() }))
    .optional(),
  findings: z
    .array(z.object({ id: z.string(), is: z.enum(["fail", "warn"]), says: z.string(), remedy: z.string() }))
    .optional(),
});

export const bootDevice = z.enum(BOOT_DEVICES);
const lasts = z.enum(["once", "always"]);
export const bootWish = z.object({
  device: bootDevice.describe("none takes an override back"),
  lasts: lasts.default("once").describe("for the next start, or for every one until it is set anew"),
  uri: z.url().max(2000).optional().describe("for http, where the driver is Redfish"),
});
export const bootFound = z.object({
  device: z.enum([...BOOT_DEVICES, "other"]),
  lasts,
  efi: z.boolean().nullable().describe("null: the BMC does not say"),
  uri: z.string().optional(),
});

export type BootFound = z.infer<typeof bootFound>;
export type NewBmc = z.infer<typeof newBmc>;
export type BmcShown = z.infer<typeof bmcShown>;
export type BmcLogin = z.infer<typeof bmcLogin>;
export type BmcAspect = z.infer<typeof bmcAspect>;
export type BmcReport = z.infer<typeof bmcReport>;

const PORTS = { ipmitool: 623, redfish: 443, smash: 22, command: 1 } as const; // a command has its own ways

/** As it is kept: with a port, and without what was not given. */
export function wholeBmc({ port, ...given }: NewBmc): BmcLogin {
  return { ...given, port: port ?? PORTS[given.driver ?? "ipmitool"] };
}
