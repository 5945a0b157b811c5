import { Fault } from "../base/fault.ts";
import type { Start } from "../process/program.ts";
import { startProgram } from "../process/start-program.ts";
import type { Bmc, BmcAddress } from "./bmc.ts";
import { command } from "./command.ts";
import { readHost, readUser } from "./core/address.ts";
import type { Commands } from "./core/command-says.ts";
import { ipmitool } from "./ipmitool.ts";
import type { Pins } from "./pins.ts";
import { redfish } from "./redfish.ts";
import { understood } from "./refusals.ts";
import { smash } from "./smash.ts";

/** A BMC as it is on record: which driver, and that driver's own settings. */
export type BmcRecord = BmcAddress & {
  readonly driver?: DriverName | undefined; // ipmitool unless said otherwise
  readonly console?: "ipmitool" | "smash" | undefined; // by which its console is reached, where the driver has none
  readonly consolePort?: number | undefined;
  readonly commands?: string | undefined; // of `command`: the name of a table in the settings
};
export type DriverName = keyof typeof DRIVERS;
export type DriverWorld = {
  readonly pins: Pins;
  readonly commands: Readonly<Record<string, Commands>>; // from the settings: who may edit those may run programs
  readonly start?: Start; // in the virtual rack, from outside, by entering its network
};

type Open = (at: BmcRecord, world: Required<DriverWorld>) => Bmc;
const DRIVERS = {
  ipmitool: (at, { start }) => ipmitool(at, { start }),
  redfish: (at, { pins }) => redfish(at, { pins }),
  smash: (at, { pins, start }) => smash(at, { pins, start }),
  command: (at, { commands, start }) => command(at, { commands: commandsOf(at, commands), start }),
} as const satisfies Record<string, Open>;
const CONSOLE_PORTS = { ipmitool: 623, smash: 22 } as const;

/** The driver for what is on record; a name that could be taken for something else gets no further. */
export function openDriver(record: BmcRecord, world: DriverWorld): Bmc {
  const whole = { start: startProgram, ...world };
  const { driver = "ipmitool", console } = record;
  if (driver !== "command") {
    understood(record, "its address", readHost(record.address));
    understood(record, "its user", readUser(record.user));
  }
  const bmc: Bmc = DRIVERS[driver](record, whole);
  if (console === undefined) return bmc;
  const port = record.consolePort ?? CONSOLE_PORTS[console];
  const { openConsole } = DRIVERS[console]({ ...record, port }, whole);
  return { ...bmc, openConsole, speaks: `${bmc.speaks}, console by ${console}` };
}

function commandsOf({ machine, commands: name = "" }: BmcRecord, known: DriverWorld["commands"]): Commands {
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (found !== undefined) return found;
  throw new Fault("bmc.no-commands", { machine, name });
}
