import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { duration } from "../base/units.ts";
import type { Around } from "../check/check-hosts.ts";
import type { HostResult } from "../check/core/judge-host.ts";
import type { Act } from "../check/core/standing.ts";
import { type Compared, forgetHost, keepRun } from "../check/kept-runs.ts";
import { holdLock } from "../process/hold-lock.ts";

const HELD_WITHIN_MS = 90_000; // a host answers within one minute, or not at all

/** Keeps what hosts answer and what is done to them, one host's runs one after the other. */
export type HostKeeper = {
  /** For a run: each host is asked alone, and its answer kept. A state that cannot be written costs only that. */
  readonly around: Around;
  /** The same for what changes a host: what came of it is kept with its findings. */
  mend<T>(host: string, act: () => Promise<T>, came: (what: T) => Came): Promise<T>;
};
/** Of a host: what is known of it since, and what was done. */
export type Came = { readonly result: HostResult; readonly acts: readonly Omit<Act, "at" | "by">[] };

export const runsIn = (state: string): string => join(state, "checks/runs");

export function hostKeeper(at: {
  readonly state: string;
  readonly by: string;
  readonly now: () => number;
  readonly tell: (what: string) => void;
  readonly told?: (host: string) => Compared;
}): HostKeeper {
  const { state, by, now } = at;
  let isTold = false;
  const lost = (error: unknown): undefined => {
    if (error instanceof Fault) throw error;
    if (!isTold) at.tell(`This run is not kept: ${reason(error)}`);
    isTold = true;
  };
  const kept = (result: HostResult, acts: Came["acts"] = []) => {
    const when = now();
    const done = acts.map((act) => ({ at: when, by, ...act }));
    return keepRun(runsIn(state), result, { at: when, by, acts: done }, at.told?.(result.host));
  };
  const held = async <T>(host: string, act: (isHeld: boolean) => Promise<T>): Promise<T> => {
    const lock = await holdHost(state, host).catch(lost);
    try {
      return await act(lock !== undefined);
    } finally {
      await lock?.release();
    }
  };
  return {
    around: (host, ask) =>
      held(host, async (isHeld) => {
        const result = await ask();
        return (isHeld ? await kept(result).catch(lost) : undefined) ?? result;
      }),
    mend: (host, act, came) =>
      held(host, async (isHeld) => {
        const what = await act();
        const { result, acts } = came(what);
        if (isHeld && result.findings.length + acts.length > 0) await kept(result, acts).catch(lost);
        return what;
      }),
  };
}

/** Whether there was anything to forget. */
export async function forgetKept(state: string, host: string): Promise<boolean> {
  const lock = await holdHost(state, host);
  try {
    return await forgetHost(runsIn(state), host);
  } finally {
    await lock.release();
  }
}

/** Between processes on this machine: a run by hand, the service's, a remedy. */
async function holdHost(state: string, host: string) {
  const locks = join(state, "checks/locks");
  await mkdir(locks, { recursive: true, mode: 0o700 });
  const lock = join(locks, encodeURIComponent(host));
  const since = Date.now();
  return holdLock(lock, HELD_WITHIN_MS).catch((error) => {
    if (Date.now() - since < HELD_WITHIN_MS) throw error;
    throw new Fault("check.busy", { host, lock, within: duration(HELD_WITHIN_MS) }, error);
  });
}
