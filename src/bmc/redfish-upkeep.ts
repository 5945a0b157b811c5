import { randomUUID } from "node:crypto";
import { Fault } from "../base/fault.ts";
import type { BmcAddress, BmcUser, ConsoleOffer, Sensor, Upkeep } from "./bmc.ts";
import {
  aboutUsers,
  anyPassword,
  defaultPassword,
  type Finding,
  isDefault,
  loginsToTry,
  shortPassword,
} from "./core/findings.ts";
import { logOf, mainLog, partOf, sensorOf } from "./core/redfish-lists.ts";
import * as shapes from "./core/redfish-shapes.ts";
import type { Pins } from "./pins.ts";
import { openHttp } from "./redfish-http.ts";
import { logIn } from "./redfish-session.ts";
import type { Walk } from "./redfish-walk.ts";
import { refused } from "./refusals.ts";

type Needs = { readonly at: BmcAddress; readonly way: Walk; readonly pins: Pins };
const NEWEST = 200; // log entries
const MOST_LOG_PAGES = 8;

export function upkeep({ at, way, pins }: Needs): Upkeep {
  const accounts = (signal?: AbortSignal) => accountsOf(at, way, signal);
  const users = async (signal?: AbortSignal): Promise<BmcUser[]> =>
    (await accounts(signal))
      .filter(({ UserName, Enabled }) => Boolean(UserName) || Enabled === true) // empty slots are listed as well
      .map(({ Id, UserName, Enabled, RoleId }) => {
        return { id: Id ?? "?", name: UserName ?? "", isOn: Enabled !== false, role: RoleId ?? "?" };
      });
  return {
    consoleOffer: (signal) => consoleOffer(way, signal),
    sensors: (signal) => sensorsOf(way, signal),
    log: (signal) => newestLog(way, signal),
    parts: async (signal) => [partOf((await way.system(signal)).system)],
    controller: async (signal) => {
      const { Manufacturer, Model, FirmwareVersion } = await way.manager(signal);
      const maker = Manufacturer ?? (await way.system(signal)).system.Manufacturer;
      return { maker: maker ?? "?", product: Model ?? "?", firmware: FirmwareVersion ?? "?" };
    },
    users,
    setPassword: async (user, password, signal) => {
      const own = (await accounts(signal)).find(({ UserName }) => UserName === user);
      if (own === undefined) throw refused(at, `password of ${user}`, "the BMC knows no such user");
      const headers = { "If-Match": "*" }; // some insist on one; whichever state it is in, it shall be this
      const asked = {
        method: "PATCH",
        path: own["@odata.id"],
        body: { Password: password },
        headers,
      } as const;
      await way.redfish.ask(asked, signal);
    },
    findings: async (signal) => findingsOf(at, pins, await users(signal).catch(noneListed), signal),
  };
}

/** Some have no list of users; what our own login tells is told all the same. */
function noneListed(failure: unknown): BmcUser[] {
  if (failure instanceof Fault && failure.id === "bmc.cannot") return [];
  throw failure;
}

async function findingsOf(at: BmcAddress, pins: Pins, users: readonly BmcUser[], signal?: AbortSignal) {
  const found: Finding[] = isDefault(at.user, at.password) ? [defaultPassword(at.user)] : [];
  for (const login of loginsToTry(users, at.user)) {
    if (!(await getsIn({ ...at, ...login }, pins, signal))) continue;
    // whoever takes one that nobody can have set takes them all
    if (await getsIn({ ...at, password: randomUUID() }, pins, signal)) return [anyPassword()];
    found.push(defaultPassword(login.user));
  }
  const short = shortPassword(at.password);
  return [...found, ...(short === undefined ? [] : [short]), ...aboutUsers(users, at.user)];
}

async function accountsOf(at: BmcAddress, way: Walk, signal?: AbortSignal) {
  const service = (await way.redfish.root(signal)).AccountService;
  if (service === undefined) {
    throw new Fault("bmc.cannot", { machine: at.machine, what: "list users", speaks: "this Redfish" });
  }
  const { Accounts } = await way.get(shapes.accountService, service, signal);
  const links = await way.members(Accounts, signal);
  const found = [];
  for (const link of links) found.push(await way.get(shapes.account, link, signal));
  return found;
}

/** Where there is a console: this driver opens none, but `ipmitool` and `smash` do. */
async function consoleOffer(way: Walk, signal?: AbortSignal): Promise<ConsoleOffer> {
  const { SerialConsole: doors } = (await way.system(signal)).system;
  const ways = (["SSH", "IPMI", "Telnet"] as const).flatMap((by) => {
    const door = doors?.[by];
    return door ? [{ by, isOn: door.ServiceEnabled !== false, ...(door.Port && { port: door.Port }) }] : [];
  });
  if (ways.length > 0) return { ways };
  const shell = (await way.manager(signal)).SerialConsole;
  const kinds = shell?.ConnectTypesSupported ?? [];
  return { ways: kinds.map((by) => ({ by, isOn: shell?.ServiceEnabled === true })) };
}

/** `Thermal` and `Power` in two questions; newer firmware has them no more, but each sensor by itself. */
async function sensorsOf(way: Walk, signal?: AbortSignal): Promise<Sensor[]> {
  const found: Sensor[] = [];
  for (const link of (await way.system(signal)).system.Links?.Chassis ?? []) {
    const { Thermal, Power, Sensors } = await way.get(shapes.chassis, link, signal);
    const before = found.length;
    if (Thermal !== undefined) {
      const { Temperatures = [], Fans = [] } = await way.get(shapes.thermal, Thermal, signal);
      found.push(...[...Temperatures, ...Fans].flatMap(sensorOf));
    }
    if (Power !== undefined) {
      const { Voltages = [], PowerSupplies = [] } = await way.get(shapes.supply, Power, signal);
      found.push(...[...Voltages, ...PowerSupplies].flatMap(sensorOf));
    }
    if (Sensors === undefined || found.length > before) continue;
    for (const one of await way.members(Sensors, signal)) {
      found.push(...sensorOf(await way.get(shapes.sensor, one, signal)));
    }
  }
  return found;
}

async function newestLog(way: Walk, signal?: AbortSignal) {
  const { system } = await way.system(signal);
  const link = system.LogServices ?? (await way.manager(signal)).LogServices;
  if (link === undefined) return [];
  const services = [];
  for (const one of await way.members(link, signal))
    services.push(await way.get(shapes.logService, one, signal));
  const entries: object[] = [];
  let next = mainLog(services)?.Entries;
  for (let page = 0; next !== undefined && page < MOST_LOG_PAGES; page += 1) {
    const read = await way.get(shapes.logEntries, next, signal);
    entries.push(...read.Members.filter((entry) => "Message" in entry));
    const more = read["Members@odata.nextLink"];
    next = more === undefined ? undefined : { "@odata.id": more };
  }
  return logOf(entries, NEWEST);
}

/** Basic and one question: an account lock counts every try. */
async function getsIn(at: BmcAddress, pins: Pins, signal?: AbortSignal): Promise<boolean> {
  const http = openHttp(at, pins);
  const session = logIn(at, http);
  try {
    await session.ask({ method: "GET", path: (await session.root(signal)).Systems["@odata.id"] }, signal);
    return true;
  } catch (failure) {
    if (failure instanceof Fault && failure.id === "bmc.login-refused") return false;
    throw failure;
  } finally {
    await session.leave();
    http.close();
  }
}
