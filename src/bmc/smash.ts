import { Fault } from "../base/fault.ts";
import { limitOf } from "../process/limit.ts";
import type { Program, Start } from "../process/program.ts";
import type { Bmc, BmcAddress, PowerState } from "./bmc.ts";
import { type Clock, realClock } from "./clock.ts";
import { COMMANDS, isPrompt, POWER, readSmashPower, refusalIn } from "./core/smash-says.ts";
import type { Pins } from "./pins.ts";
import { actAndConfirm, type ToldAct } from "./power.ts";
import { refused, understood } from "./refusals.ts";
import { openSmashConsole } from "./smash-console.ts";
import { sshFault, sshNotStarted, startSsh } from "./ssh-call.ts";
import { makeTurns } from "./turns.ts";

const MOST_WAITING = 16;
const ANSWERS_WITHIN_MS = 30_000;
const MOST_HEARD = 64 * 1024;

export type SmashOptions = {
  readonly pins: Pins;
  readonly key?: string;
  readonly start?: Start;
  readonly clock?: Clock;
  readonly answersWithinMs?: number; // each login with its command
};
export type SmashBmc = Bmc & Required<Pick<Bmc, "openConsole">>;

/** A BMC's SMASH-CLP shell over ssh: power and console, and no boot device. */
export function smash(at: BmcAddress, options: SmashOptions): SmashBmc {
  const { clock = realClock } = options;
  const tooMany = () => refused(at, "this", `${MOST_WAITING} requests wait for it already`);
  const calls = makeTurns(MOST_WAITING, tooMany); // old firmware has one or two sessions
  const acts = makeTurns(MOST_WAITING, tooMany);
  const ask = (command: string, signal?: AbortSignal) =>
    calls(() => askShell({ at, ...options }, command, signal));

  const power = async (signal?: AbortSignal): Promise<PowerState> =>
    understood(at, "power status", readSmashPower(await ask(`show ${POWER}`, signal)));

  async function tell(act: ToldAct, signal?: AbortSignal): Promise<void> {
    if (act === "cycle") {
      await actAndConfirm({ machine: at.machine, clock, read: power, tell }, "off", signal);
      return tell("on", signal);
    }
    let refusal: string | undefined;
    for (const command of COMMANDS[act]) {
      refusal = refusalIn(await ask(command, signal));
      if (refusal === undefined) return;
    }
    throw refused(at, `power ${act}`, refusal ?? "");
  }

  return {
    speaks: "SMASH-CLP over ssh",
    power,
    act: (asked, signal, soft) =>
      acts(() => actAndConfirm({ machine: at.machine, clock, read: power, tell }, asked, signal, soft)),
    openConsole: (on, signal) => openSmashConsole({ at, ...options }, on, signal),
  };
}

/** Logs in, gives one command at the prompt, and leaves; what stands between the two prompts is the answer. */
async function askShell(
  options: SmashOptions & { readonly at: BmcAddress },
  command: string,
  signal?: AbortSignal,
): Promise<string> {
  signal?.throwIfAborted();
  const { at, answersWithinMs = ANSWERS_WITHIN_MS } = options;
  const ssh = await startSsh(options);
  const { signal: limit, clear } = limitOf(answersWithinMs, signal);
  const late = new Fault("bmc.failed", {
    machine: at.machine,
    act: command,
    why: `no answer within ${answersWithinMs / 1000} s`,
  });
  const kill = () => ssh.kill("SIGKILL");
  if (limit.aborted) kill();
  limit.addEventListener("abort", kill, { once: true });
  try {
    return await converse(ssh, at, command);
  } catch (failure) {
    if (signal?.aborted) throw signal.reason;
    throw limit.aborted ? late : failure;
  } finally {
    clear();
  }
}

/** Until ssh is gone: nothing of it outlives the answer. */
function converse(ssh: Program, at: BmcAddress, command: string): Promise<string> {
  let [heard, errors] = ["", ""];
  let answer: string | undefined;
  let asked = false;
  ssh.stdin!.once("error", () => {}); // it ended before it read: its errors tell more
  ssh.stderr!.on("data", (bytes: Buffer) => {
    errors = (errors + bytes.toString("latin1")).slice(-4096);
  });
  ssh.stdout!.on("data", (bytes: Buffer) => {
    if (heard.length < MOST_HEARD) heard += bytes.toString("latin1");
    if (answer !== undefined || !isPrompt(heard)) return;
    if (asked) {
      answer = heard.replace(command, ""); // its echo
      ssh.stdin!.end("exit\r");
      ssh.kill("SIGTERM"); // some shells know no exit
      return;
    }
    asked = true;
    heard = "";
    ssh.stdin!.write(`${command}\r`);
  });
  return new Promise((resolve, reject) => {
    ssh.once("error", (failure) => reject(sshNotStarted(failure)));
    ssh.once("close", () => {
      if (answer !== undefined) resolve(answer);
      else reject(sshFault(at, command, errors));
    });
  });
}
