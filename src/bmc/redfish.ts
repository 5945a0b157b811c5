import { Fault } from "../base/fault.ts";
import type { Bmc, BmcAddress, BootDevice, BootOptions, PowerState } from "./bmc.ts";
import { type Clock, realClock } from "./clock.ts";
import {
  type BootWish,
  isOverridden,
  type Override,
  overrideFor,
  readBoot,
  resetTypeFor,
  saysBoot,
} from "./core/redfish-boot.ts";
import { readPowerState, type System } from "./core/redfish-shapes.ts";
import type { Pins } from "./pins.ts";
import { actAndConfirm, type ToldAct } from "./power.ts";
import { openHttp } from "./redfish-http.ts";
import { virtualMedia } from "./redfish-media.ts";
import { logIn } from "./redfish-session.ts";
import { upkeep } from "./redfish-upkeep.ts";
import { type Walk, walk } from "./redfish-walk.ts";
import { refused, understood } from "./refusals.ts";
import { makeTurns } from "./turns.ts";

const MOST_WAITING = 16;
const READ_BACK_PAUSES_MS = [0, 500, 1000, 2000, 4000, 8000];
const STAYS_MS = 1000;

export type RedfishOptions = {
  readonly pins: Pins;
  readonly clock?: Clock;
  readonly answersWithinMs?: number; // each question
};
/** Everything but a console: Redfish only says where there is one. */
export type RedfishBmc = Required<Omit<Bmc, "openConsole">>;

/** A BMC that speaks DMTF's Redfish over HTTPS. */
export function redfish(at: BmcAddress, options: RedfishOptions): RedfishBmc {
  const { pins, clock = realClock } = options;
  const tooMany = () => refused(at, "this", `${MOST_WAITING} requests wait for it already`);
  const acts = makeTurns(MOST_WAITING, tooMany);
  const http = openHttp(at, pins, options.answersWithinMs);
  const session = logIn(at, http);
  const way = walk(at, session);

  const power = async (signal?: AbortSignal): Promise<PowerState> =>
    understood(at, "power status", readPowerState((await way.system(signal)).system));
  const tell = (act: ToldAct, signal?: AbortSignal) => reset({ at, way, clock, power }, act, signal);
  const boot = (lasts: BootWish["lasts"]) => (device: BootDevice, wish: BootOptions, signal?: AbortSignal) =>
    acts(() => setBoot({ at, way, clock }, { device, ...wish, lasts }, signal));

  return {
    speaks: "Redfish",
    power,
    act: (asked, signal, soft) =>
      acts(() => actAndConfirm({ machine: at.machine, clock, read: power, tell }, asked, signal, soft)),
    bootOnce: boot("once"),
    bootAlways: boot("always"),
    bootDevice: async (signal) => readBoot((await way.system(signal)).system),
    ...virtualMedia({ at, way, clock, turns: acts }),
    ...upkeep({ at, way, pins }),
    close: async () => {
      await session.leave();
      http.close();
    },
  };
}

type Needs = { readonly at: BmcAddress; readonly way: Walk; readonly clock: Clock };
type ResetNeeds = Needs & { readonly power: (signal?: AbortSignal) => Promise<PowerState> };

async function reset(needs: ResetNeeds, act: ToldAct, signal?: AbortSignal): Promise<void> {
  const { at, way, clock, power } = needs;
  const { system } = await way.system(signal);
  const type = resetTypeFor(system, act);
  if (type === undefined && act === "cycle") {
    const tell = (step: ToldAct) => reset(needs, step, signal);
    await actAndConfirm({ machine: at.machine, clock, read: power, tell }, "off", signal);
    return reset(needs, "on", signal);
  }
  const path = system.Actions?.["#ComputerSystem.Reset"]?.target;
  if (type === undefined || path === undefined) {
    throw new Fault("bmc.cannot", { machine: at.machine, what: `do power ${act}`, speaks: "this Redfish" });
  }
  await way.redfish.ask({ method: "POST", path, body: { ResetType: type } }, signal);
}

async function setBoot(needs: Needs, wish: BootWish, signal?: AbortSignal): Promise<void> {
  const { at, way } = needs;
  const act = `boot device ${wish.device}`;
  const { system } = await way.system(signal);
  const asked = understood(at, act, overrideFor(system, wish));
  // some refuse with an error and set it all the same (Dell's 13th generation), so the error waits
  const refusal = await patchBoot(way, asked, signal).catch((failure: unknown) => failure);
  if (refusal instanceof Fault && refusal.id !== "bmc.failed") throw refusal;
  const found = await readBack(needs, asked, signal);
  if (found === undefined) return;
  if (refusal !== undefined) throw refusal;
  throw new Fault("bmc.not-confirmed", { machine: at.machine, act, found: saysBoot(found) });
}

/** With If-Match where there is an ETag: some insist. AMI's want the state to come under a path of its own. */
async function patchBoot(way: Walk, asked: Override, signal?: AbortSignal): Promise<void> {
  const body = { Boot: asked };
  const { system, etag } = await way.system(signal);
  const headers = etag === undefined ? {} : { "If-Match": etag };
  const settings = system["@Redfish.Settings"]?.SettingsObject?.["@odata.id"];
  const patch = (path: string, extra: Record<string, string>) =>
    way.redfish.ask({ method: "PATCH", path, body, headers: extra }, signal);
  try {
    await patch(system["@odata.id"], headers);
  } catch (failure) {
    if (settings === undefined || !(failure instanceof Fault) || failure.id !== "bmc.failed") throw failure;
    await patch(settings, { "If-Match": "*" });
  }
}

/** Nothing when it is so and stays so; else the system as it was last read. */
async function readBack({ way, clock }: Needs, asked: Override, signal?: AbortSignal) {
  let found: System | undefined;
  for (const wait of READ_BACK_PAUSES_MS) {
    await clock.pause(wait, signal);
    found = (await way.system(signal)).system;
    if (!isOverridden(found, asked)) continue;
    await clock.pause(STAYS_MS, signal);
    const later = (await way.system(signal)).system;
    if (isOverridden(later, asked)) return undefined;
    found = later;
  }
  return found;
}
