import { setTimeout as pause } from "node:timers/promises";
import { Fault } from "../base/fault.ts";
import type { Bmc, BmcAddress, BootDevice, PowerAct, PowerState } from "./bmc.ts";
import { isConfirmed, readBootFlags, readConsoleOwner, readPower } from "./core/ipmitool-says.ts";
import {
  type CipherSuite,
  call,
  callOf,
  faultOf,
  type Said,
  type Start,
  startHere,
} from "./ipmitool-call.ts";
import { openSol } from "./sol.ts";
import { makeTurns } from "./turns.ts";

const CIPHERS: readonly CipherSuite[] = [17, 3]; // the strongest first: SHA-256, then what every BMC has
const ANSWER_SECONDS = 1; // of the BMC, before ipmitool asks again
const TRIES = 3;
const MOST_WAITING = 16;
const BUSY_PAUSES_MS = [1000, 2000, 4000];
const CONFIRM_PAUSES_MS = [100, 200, 400, 800, 1500, 3000, 4000, 5000, 5000, 10_000, 15_000, 15_000];

export type IpmitoolOptions = {
  readonly start?: Start;
  readonly ownerAskedEveryMs?: number; // whether the console is still ours
};

/** A BMC reached by `ipmitool -I lanplus`. */
export function ipmitool(at: BmcAddress, options: IpmitoolOptions = {}): Bmc {
  const { start = startHere, ownerAskedEveryMs = 30_000 } = options;
  const tooMany = () => failed(at, "this", `${MOST_WAITING} requests wait for it already`);
  const calls = makeTurns(MOST_WAITING, tooMany); // a BMC has few sessions: one at a time
  const acts = makeTurns(MOST_WAITING, tooMany);
  let cipher: CipherSuite | undefined; // the one that worked

  async function tryCiphers(words: readonly string[], act: string, signal?: AbortSignal): Promise<string> {
    for (const suite of cipher === undefined ? CIPHERS : [cipher]) {
      const argv = callOf(at, suite, [...HURRY, ...words]);
      const said = await whileBusy(() => call(start, at, argv, signal), signal);
      if (said.trouble?.is === "no-cipher") continue;
      if (said.trouble !== undefined) throw faultOf(said.trouble, at, act);
      cipher = suite;
      return said.out;
    }
    cipher = undefined; // its firmware may have been changed: the next request tries both again
    throw new Fault("bmc.no-cipher", at);
  }
  const ask = (words: readonly string[], act: string, signal?: AbortSignal): Promise<string> =>
    calls(() => tryCiphers(words, act, signal));

  async function power(signal?: AbortSignal): Promise<PowerState> {
    const read = readPower(await ask(["chassis", "power", "status"], "power status", signal));
    if (read.ok) return read.value;
    throw failed(at, "power status", read.flaw);
  }

  async function act(asked: PowerAct, signal?: AbortSignal): Promise<PowerState> {
    const really = await possible(asked, await power(signal));
    await ask(["chassis", "power", really], `power ${really}`, signal);
    const wanted: PowerState = really === "off" || really === "soft" ? "off" : "on";
    for (const wait of CONFIRM_PAUSES_MS) {
      if ((await power(signal)) === wanted) return wanted;
      await pause(wait, undefined, signal && { signal });
    }
    throw new Fault("bmc.not-confirmed", {
      machine: at.machine,
      act: `power ${really}`,
      found: opposite(wanted),
    });
  }

  /** A BMC refuses or ignores what makes no sense in a state; say so before asking it. */
  async function possible(asked: PowerAct, state: PowerState): Promise<PowerAct> {
    if (state === "on") return asked;
    if (asked === "cycle") return "on";
    if (asked === "reset") throw failed(at, "power reset", "the machine is off: turn it on instead");
    return asked === "soft" ? "off" : asked;
  }

  async function bootOnce(
    device: BootDevice,
    { efi }: { efi: boolean },
    signal?: AbortSignal,
  ): Promise<void> {
    const act = `boot device ${device}`;
    await ask(["chassis", "bootdev", device, ...(efi ? ["options=efiboot"] : [])], act, signal);
    // the exit status is 0 even when the BMC refused, and some forget at once: only reading back tells
    const read = readBootFlags(await ask(["chassis", "bootparam", "get", "5"], act, signal));
    if (!read.ok) throw failed(at, act, read.flaw);
    if (isConfirmed(read.value, { device, efi })) return;
    const found = `${read.value.device}${read.value.efi ? " (UEFI)" : ""}`;
    throw new Fault("bmc.not-confirmed", { machine: at.machine, act, found });
  }

  return {
    speaks: "ipmitool lanplus",
    power,
    act: (asked, signal) => acts(() => act(asked, signal)),
    bootOnce: (device, options, signal) => acts(() => bootOnce(device, options, signal)),
    openConsole: async (on, signal) => {
      await power(signal); // which cipher suite works, and whether we may at all
      const deactivate = () => ask(["sol", "deactivate"], "console", signal);
      const owner = async () => readConsoleOwner(await ask(PAYLOAD_INSTANCE, "console"));
      const session = { cipher: () => cipher ?? CIPHERS[0]!, deactivate, owner, ownerAskedEveryMs };
      return openSol({ at, start, ...session, on }, signal);
    },
  };
}

/** A BMC out of sessions has one again soon. */
async function whileBusy(once: () => Promise<Said>, signal?: AbortSignal): Promise<Said> {
  for (const wait of BUSY_PAUSES_MS) {
    const said = await once();
    if (said.trouble?.is !== "busy") return said;
    await pause(wait, undefined, signal && { signal });
  }
  return once();
}

const PAYLOAD_INSTANCE = ["raw", "0x06", "0x4b", "0x01", "0x01"];
const HURRY = ["-N", `${ANSWER_SECONDS}`, "-R", `${TRIES}`, "-v"];
const opposite = (state: PowerState): PowerState => (state === "on" ? "off" : "on");
const failed = ({ machine }: BmcAddress, act: string, why: string) =>
  new Fault("bmc.failed", { machine, act, why });
