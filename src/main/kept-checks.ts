import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import {
  type Acknowledgement,
  acknowledge,
  isDay,
  isOver,
  readAcknowledged,
  withOne,
  writeAcknowledged,
} from "../check/core/acknowledged.ts";
import { exitOf } from "../check/core/judge-host.ts";
import { resultOf } from "../check/core/standing.ts";
import { lastRunsIn } from "../check/kept-runs.ts";
import { writeWhole } from "../check/write-whole.ts";
import type { Checks } from "../cli/world.ts";
import { holdLock } from "../process/hold-lock.ts";
import { changedRows, fleetLines, fleetRows } from "./fleet-lines.ts";
import { forgetKept, runsIn } from "./host-keeper.ts";

const LOCKED_WITHIN_MS = 10_000;

export type KeptChecks = Pick<
  Checks,
  "acknowledge" | "acknowledged" | "unacknowledge" | "fleet" | "forget"
> & {
  read(baseline: string | undefined): Promise<readonly Acknowledgement[]>;
};

/** What of checks outlasts a run: what hosts answered, and what of it somebody acknowledged. */
export function keptChecks(state: string, now: () => number): KeptChecks {
  const place = join(state, "checks");
  const lastRuns = lastRunsIn(runsIn(state));
  const own = join(place, "acknowledged.json");

  const locked = async <T>(act: () => Promise<T>): Promise<T> => {
    await mkdir(place, { recursive: true, mode: 0o700 });
    const lock = await holdLock(join(place, ".lock"), LOCKED_WITHIN_MS);
    try {
      return await act();
    } finally {
      await lock.release();
    }
  };
  const read = (baseline: string | undefined) => listIn(baseline ?? own, baseline === undefined);
  const change = (
    baseline: string | undefined,
    to: (list: readonly Acknowledgement[]) => Acknowledgement[],
  ) =>
    locked(async () => {
      const path = baseline ?? own;
      const text = writeAcknowledged(to(await listIn(path, true)));
      await writeWhole(path, text).catch((error) => {
        throw new Fault("check.not-written", { path, why: reason(error) }, error);
      });
    });
  const causeOf = async (host: string, rule: string): Promise<string> => {
    const known = (await lastRuns()).get(host)?.known[rule];
    if (known?.is !== "fail" || known.cause === undefined)
      throw new Fault("check.not-failing", { host, rule });
    return known.cause;
  };

  return {
    read,
    async acknowledge({ baseline, until, reason: why, host, rule, by, cause }) {
      const wrong = (what: string) => new Fault("use.wrong", { what, verb: "check acknowledge" });
      if (!isDay(until)) throw wrong(`"${until}" is no day such as 2027-01-31.`);
      if (isOver(until, now())) throw wrong(`${until} is over.`);
      if (why.trim() === "") throw wrong("Give a reason: whoever reads it later was not there.");
      const one = { host, rule, cause: cause ?? (await causeOf(host, rule)), reason: why, until, by };
      await change(baseline, (list) => withOne(list, one));
      const says = `${host}: ${rule} (${one.cause}) is acknowledged until ${until}: ${why}`;
      return { says: [says], answer: one, exit: 0 };
    },
    async acknowledged(baseline) {
      const list = await read(baseline);
      const all = list.map((one) => ({ ...one, over: isOver(one.until, now()) }));
      const says = all.map(({ host, rule, cause, reason: why, until, by, over }) => {
        return `${host}: ${rule} (${cause}) until ${until}${over ? ", which is over" : ""}, by ${by}: ${why}`;
      });
      return { says: says.length === 0 ? ["Nothing is acknowledged."] : says, answer: all, exit: 0 };
    },
    async unacknowledge({ host, rule, baseline }) {
      await change(baseline, (list) => {
        const rest = list.filter((one) => one.host !== host || one.rule !== rule);
        if (rest.length === list.length) throw new Fault("check.not-acknowledged", { host, rule });
        return rest;
      });
      return { says: [`${host}: ${rule} counts again.`], answer: { host, rule }, exit: 0 };
    },
    async fleet({ rules, baseline }) {
      const list = await read(baseline);
      const last = await lastRuns();
      const all = [...last].map(([host, run]) => resultOf(host, run));
      const chosen = all.map(({ findings, ...result }) => ({
        ...result,
        findings: findings.filter(({ rule }) => rules.length === 0 || rules.includes(rule)),
      }));
      const results = acknowledge(chosen, list, now());
      const rows = [...fleetRows(results), ...changedRows(last, rules)];
      return { says: fleetLines(results, rows, now()), answer: rows, exit: exitOf(results) };
    },
    async forget(host) {
      if (!(await forgetKept(state, host))) throw new Fault("check.not-kept", { host });
      return { says: [`${host} is forgotten.`], answer: { host }, exit: 0 };
    },
  };
}

/** A baseline that was named has to be there; the state's own need not. */
async function listIn(path: string, mayLack: boolean): Promise<readonly Acknowledgement[]> {
  const wrong = (why: string, cause?: unknown) =>
    new Fault("check.baseline-wrong", { path: resolve(path), why }, cause);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (mayLack && /^ENO(ENT|TDIR)$/.test((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw wrong(reason(error), error);
  }
  const list = readAcknowledged(text);
  if (!list.ok) throw wrong(list.flaw);
  return list.value;
}
