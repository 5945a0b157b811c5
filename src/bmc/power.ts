import { Fault } from "../base/fault.ts";
import type { PowerAct, PowerState, SoftLimit } from "./bmc.ts";
import type { Clock } from "./clock.ts";

/** What a BMC can be told; the rest of what people ask for is made of these. */
export type ToldAct = Exclude<PowerAct, "soft-or-off">;
export type PowerNeeds = {
  readonly machine: string;
  readonly clock: Clock;
  read(signal?: AbortSignal): Promise<PowerState>;
  tell(act: ToldAct, signal?: AbortSignal): Promise<void>;
};

const CONFIRMED_WITHIN_MS = 60_000;
const PAUSES_MS = [100, 200, 400, 800, 1500, 3000, 5000];

/** Does the act and reads back until the BMC says that it is so: the same for every driver. */
export async function actAndConfirm(
  needs: PowerNeeds,
  asked: PowerAct,
  signal?: AbortSignal,
  soft?: SoftLimit,
): Promise<PowerState> {
  const state = await needs.read(signal);
  const really = possible(needs.machine, asked, state);
  if (really === state) return state; // nothing is done twice; some BMCs take the second for an error
  const told = really === "soft-or-off" ? "soft" : really;
  await needs.tell(told, signal);
  const wanted: PowerState = told === "off" || told === "soft" ? "off" : "on";
  const unconfirmed = await confirm(needs, wanted, told === "soft" ? soft : undefined, signal);
  if (unconfirmed === undefined) return wanted;
  if (really === "soft-or-off") return actAndConfirm(needs, "off", signal);
  if (unconfirmed instanceof Fault) throw unconfirmed;
  const act = `power ${told}`;
  throw new Fault("bmc.not-confirmed", { machine: needs.machine, act, found: unconfirmed });
}

/** A BMC refuses or ignores what makes no sense in a state; say so before asking it. */
function possible(machine: string, asked: PowerAct, state: PowerState): PowerAct {
  if (state === "on") return asked;
  if (asked === "cycle") return "on";
  if (asked === "reset") {
    const why = "the machine is off: turn it on instead";
    throw new Fault("bmc.failed", { machine, act: "power reset", why });
  }
  return asked === "on" ? "on" : "off";
}

/** Nothing when it reads back so in time; else what it last read, or why it could not be read. */
async function confirm(
  { clock, read }: PowerNeeds,
  wanted: PowerState,
  { withinMs }: SoftLimit = { withinMs: CONFIRMED_WITHIN_MS },
  signal?: AbortSignal,
): Promise<PowerState | Fault | undefined> {
  const until = clock.now() + withinMs;
  for (let time = 0; ; time += 1) {
    const found = await read(signal).catch(passing);
    if (found === wanted) return undefined;
    const left = until - clock.now();
    if (left <= 0) return found;
    await clock.pause(Math.min(PAUSES_MS[time] ?? PAUSES_MS.at(-1)!, left), signal);
  }
}

/** Some BMCs are away for seconds while the power changes; a wrong password does not mend itself. */
function passing(failure: unknown): Fault {
  if (failure instanceof Fault && PASSING.has(failure.id)) return failure;
  throw failure;
}
const PASSING: ReadonlySet<string> = new Set(["bmc.unreachable", "bmc.failed"]);
