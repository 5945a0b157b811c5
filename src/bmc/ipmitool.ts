import { Fault } from "../base/fault.ts";
import type { Start } from "../process/program.ts";
import { startProgram } from "../process/start-program.ts";
import type { Bmc, BmcAddress, BootDevice, BootOptions, PowerAct, PowerState } from "./bmc.ts";
import { type Clock, realClock } from "./clock.ts";
import { isConfirmed, readBootFlags, readConsoleOwner, readPower } from "./core/ipmitool-says.ts";
import {
  type Ask,
  type Asking,
  type CipherSuite,
  call,
  callOf,
  faultOf,
  type Said,
} from "./ipmitool-call.ts";
import { upkeep } from "./ipmitool-upkeep.ts";
import { actAndConfirm } from "./power.ts";
import { refused, understood } from "./refusals.ts";
import { openSol } from "./sol.ts";
import { makeTurns } from "./turns.ts";

const CIPHERS: readonly CipherSuite[] = [17, 3]; // the strongest first: SHA-256, then what every BMC has
const ANSWER_SECONDS = 1; // of the BMC, before ipmitool asks again
const TRIES = 3;
const MOST_WAITING = 16;
const BUSY_PAUSES_MS = [1000, 2000, 4000];
/** IPMI's selectors have no network boot but PXE: `http` is Redfish's. */
const DEVICES: readonly BootDevice[] = ["none", "pxe", "disk", "cdrom", "bios"];

export type IpmitoolOptions = {
  readonly start?: Start;
  readonly ownerAskedEveryMs?: number; // whether the console is still ours
  readonly clock?: Clock;
};
/** Everything but what IPMI has no words for. */
export type IpmitoolBmc = Required<Omit<Bmc, "insertMedia" | "ejectMedia" | "close">>;

/** A BMC reached by `ipmitool -I lanplus`. */
export function ipmitool(at: BmcAddress, options: IpmitoolOptions = {}): IpmitoolBmc {
  const { start = startProgram, ownerAskedEveryMs = 30_000, clock = realClock } = options;
  const tooMany = () => refused(at, "this", `${MOST_WAITING} requests wait for it already`);
  const calls = makeTurns(MOST_WAITING, tooMany); // a BMC has few sessions: one at a time
  const acts = makeTurns(MOST_WAITING, tooMany);
  let cipher: CipherSuite | undefined; // the one that worked

  async function tryCiphers({ words, act, typed, isList }: Asking, signal?: AbortSignal): Promise<string> {
    for (const suite of cipher === undefined ? CIPHERS : [cipher]) {
      const once = (flags: readonly string[], wanted: readonly string[]) => {
        const argv = callOf(at, suite, [...HURRY, ...flags, ...wanted]);
        const calling = { start, at, argv, ...(typed !== undefined && { typed }) };
        return whileBusy(() => call(calling, signal), clock, signal);
      };
      const said = await once(isList ? [] : TELLS_WHY, words);
      // without -v it says that there was no session, and not why
      const trouble = said.trouble && isList ? (await once(TELLS_WHY, ["mc", "info"])).trouble : said.trouble;
      if (trouble?.is === "no-cipher") continue;
      if (said.trouble !== undefined) throw faultOf(trouble ?? said.trouble, at, act);
      cipher = suite;
      return said.out;
    }
    cipher = undefined; // its firmware may have been changed: the next request tries both again
    throw new Fault("bmc.no-cipher", at);
  }
  const ask: Ask = (asking, signal) => calls(() => tryCiphers(asking, signal));

  async function power(signal?: AbortSignal): Promise<PowerState> {
    const asking = { words: ["chassis", "power", "status"], act: "power status" };
    return understood(at, asking.act, readPower(await ask(asking, signal)));
  }
  const tell = async (act: PowerAct, signal?: AbortSignal) =>
    void (await ask({ words: ["chassis", "power", act], act: `power ${act}` }, signal));
  const powerNeeds = { machine: at.machine, clock, read: power, tell };

  const boot = (lasts: "once" | "always") => (device: BootDevice, wish: BootOptions, signal?: AbortSignal) =>
    acts(() => setBoot({ at, ask }, { device, ...wish, lasts }, signal));

  return {
    speaks: "ipmitool lanplus",
    power,
    act: (asked, signal, soft) => acts(() => actAndConfirm(powerNeeds, asked, signal, soft)),
    bootOnce: boot("once"),
    bootAlways: boot("always"),
    bootDevice: async (signal) => {
      const { device, efi, lasts } = await bootFlags(at, ask, "boot device", signal);
      return { device, efi, lasts };
    },
    openConsole: async (on, signal) => {
      await power(signal); // which cipher suite works, and whether we may at all
      const deactivate = () => ask({ words: ["sol", "deactivate"], act: "console" }, signal);
      const owner = async () => readConsoleOwner(await ask({ words: PAYLOAD_INSTANCE, act: "console" }));
      const session = { cipher: () => cipher ?? CIPHERS[0]!, deactivate, owner, ownerAskedEveryMs };
      return openSol({ at, start, ...session, on }, signal);
    },
    ...upkeep({ at, start, ask }),
  };
}

type BootWish = BootOptions & { readonly device: BootDevice; readonly lasts: "once" | "always" };

async function setBoot(
  { at, ask }: { at: BmcAddress; ask: Ask },
  { device, efi, lasts }: BootWish,
  signal?: AbortSignal,
): Promise<void> {
  const act = `boot device ${device}`;
  if (!DEVICES.includes(device)) throw refused(at, act, "IPMI knows no such device");
  const flags = [...(lasts === "always" ? ["persistent"] : []), ...(efi ? ["efiboot"] : [])];
  const options = flags.length === 0 ? [] : [`options=${flags.join(",")}`];
  await ask({ words: ["chassis", "bootdev", device, ...options], act }, signal);
  // the exit status is 0 even when the BMC refused, and some forget at once: only reading back tells
  const flag = await bootFlags(at, ask, act, signal);
  if (isConfirmed(flag, { device, efi, lasts })) return;
  const found = `${flag.device}${flag.efi ? " (UEFI)" : ""}${flag.lasts === "always" ? " for ever" : ""}`;
  throw new Fault("bmc.not-confirmed", { machine: at.machine, act, found });
}

const bootFlags = async (at: BmcAddress, ask: Ask, act: string, signal?: AbortSignal) =>
  understood(at, act, readBootFlags(await ask({ words: ["chassis", "bootparam", "get", "5"], act }, signal)));

/** A BMC out of sessions has one again soon. */
async function whileBusy(once: () => Promise<Said>, clock: Clock, signal?: AbortSignal): Promise<Said> {
  for (const wait of BUSY_PAUSES_MS) {
    const said = await once();
    if (said.trouble?.is !== "busy") return said;
    await clock.pause(wait, signal);
  }
  return once();
}

const PAYLOAD_INSTANCE = ["raw", "0x06", "0x4b", "0x01", "0x01"];
const HURRY = ["-N", `${ANSWER_SECONDS}`, "-R", `${TRIES}`];
const TELLS_WHY = ["-v"];
