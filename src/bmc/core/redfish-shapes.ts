import { z } from "zod";
import { flaw, ok, type Read } from "../../base/read.ts";
import { printable } from "../../base/text.ts";

/** What we read of a BMC's answers (DMTF DSP0266, DSP2046): strangers' JSON, so nearly everything may be missing. */

/** A link stays on the BMC: an absolute path without `..`; a host of its own is how a password is lured away. */
const link = z
  .string()
  .max(1000)
  .refine((path) => /^\/(?!\/)[\x21-\x7e]*$/.test(path) && !/\\|(^|\/)\.\.?(\/|$)/.test(path), {
    message: "points elsewhere than into this BMC",
  });
const linked = z.looseObject({ "@odata.id": link });
const text = z.string().max(4000).nullish().catch(null);
const number = z.number().nullish().catch(null);
const bool = z.boolean().nullish().catch(null);
const status = z.looseObject({ State: text, Health: text }).nullish().catch(null);
const action = z.looseObject({
  target: link,
  "ResetType@Redfish.AllowableValues": z.array(z.string()).optional(),
});

export const serviceRoot = z.looseObject({
  Systems: linked,
  Managers: linked.optional(),
  Chassis: linked.optional(),
  AccountService: linked.optional(),
  SessionService: linked.optional(),
  Links: z.looseObject({ Sessions: linked.optional() }).optional(),
});
export const collection = z.looseObject({
  Members: z.array(linked),
  "Members@odata.nextLink": link.optional(),
});

const boot = z.looseObject({
  BootSourceOverrideEnabled: text,
  BootSourceOverrideTarget: text,
  BootSourceOverrideMode: text,
  HttpBootUri: text,
  "BootSourceOverrideTarget@Redfish.AllowableValues": z.array(z.string()).optional(),
});
const door = z.looseObject({ ServiceEnabled: bool, Port: number }).nullish().catch(null);
const console = z.looseObject({ SSH: door, IPMI: door, Telnet: door }).nullish().catch(null);
const shell = z
  .looseObject({ ServiceEnabled: bool, ConnectTypesSupported: z.array(z.string()).optional() })
  .nullish()
  .catch(null);

export const system = z.looseObject({
  "@odata.id": link,
  "@odata.etag": z.string().optional(),
  "@Redfish.Settings": z.looseObject({ SettingsObject: linked.optional() }).optional(),
  PowerState: text,
  Boot: boot.optional(),
  Manufacturer: text,
  Model: text,
  SerialNumber: text,
  PartNumber: text,
  SKU: text,
  UUID: text,
  BiosVersion: text,
  SerialConsole: console,
  VirtualMedia: linked.optional(),
  LogServices: linked.optional(),
  Links: z
    .looseObject({ Chassis: z.array(linked).optional(), ManagedBy: z.array(linked).optional() })
    .optional(),
  Actions: z.looseObject({ "#ComputerSystem.Reset": action.optional() }).optional(),
});
export const manager = z.looseObject({
  Manufacturer: text,
  Model: text,
  FirmwareVersion: text,
  SerialConsole: shell,
  VirtualMedia: linked.optional(),
  LogServices: linked.optional(),
});
export const chassis = z.looseObject({
  Thermal: linked.optional(),
  Power: linked.optional(),
  Sensors: linked.optional(),
});

const gauge = z.looseObject({
  Name: text,
  FanName: text, // Redfish before 1.1
  Status: status,
  ReadingCelsius: number,
  Reading: number,
  ReadingUnits: text,
  ReadingVolts: number,
  LastPowerOutputWatts: number,
});
export const thermal = z.looseObject({
  Temperatures: z.array(gauge).optional(),
  Fans: z.array(gauge).optional(),
});
export const supply = z.looseObject({
  Voltages: z.array(gauge).optional(),
  PowerSupplies: z.array(gauge).optional(),
});
export const sensor = gauge;
export type Gauge = z.infer<typeof gauge>;

export const logService = z.looseObject({ Id: text, Entries: linked.optional() });
const entry = z.looseObject({ Id: text, Created: text, Severity: text, Message: text, SensorType: text });
export const logEntries = z.looseObject({
  Members: z.array(z.union([entry, linked])),
  "Members@odata.nextLink": link.optional(),
});
export const accountService = z.looseObject({ Accounts: linked });
export const account = z.looseObject({
  "@odata.id": link,
  Id: text,
  UserName: text,
  RoleId: text,
  Enabled: bool,
});
export const media = z.looseObject({
  "@odata.id": link,
  MediaTypes: z.array(z.string()).optional(),
  Image: text,
  Inserted: bool,
  Actions: z
    .looseObject({
      "#VirtualMedia.InsertMedia": action.optional(),
      "#VirtualMedia.EjectMedia": action.optional(),
    })
    .optional(),
});
export const sessionService = z.looseObject({ Sessions: linked.optional() });
const failure = z.looseObject({
  error: z.looseObject({
    message: text,
    "@Message.ExtendedInfo": z.array(z.looseObject({ Message: text })).optional(),
  }),
});

export type System = z.infer<typeof system>;
export type Media = z.infer<typeof media>;

export function readAs<T>(shape: z.ZodType<T>, value: unknown): Read<T> {
  const got = shape.safeParse(value);
  if (got.success) return ok(got.data);
  const issue = got.error.issues[0];
  return flaw(`${issue?.path.join(".") || "the answer"}: ${issue?.message ?? "not understood"}`);
}

/** The sentence in an error's body, in one line and not long: it ends on screens and in the log. */
export function readFailure(value: unknown): string | undefined {
  const got = failure.safeParse(value);
  if (!got.success) return undefined;
  const { error } = got.data;
  const said = error["@Message.ExtendedInfo"]?.find(({ Message }) => Message)?.Message ?? error.message;
  return said ? printable(said, 300) : undefined;
}

/** A state on its way counts as the one it leaves, so that a change is confirmed at its end. */
export function readPowerState({ PowerState }: System): Read<"on" | "off"> {
  if (PowerState === "On" || PowerState === "PoweringOff") return ok("on");
  if (PowerState === "Off" || PowerState === "PoweringOn") return ok("off");
  return flaw(`PowerState is ${JSON.stringify(PowerState ?? null)}`);
}
