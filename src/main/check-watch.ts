import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Schedule } from "../api/check-rows.ts";
import type { Observed } from "../base/event.ts";
import { reason } from "../base/fault.ts";
import { bareName } from "../base/host-name.ts";
import { printable } from "../base/text.ts";
import { checkHosts } from "../check/check-hosts.ts";
import type { Acknowledgement } from "../check/core/acknowledged.ts";
import type { HostResult } from "../check/core/judge-host.ts";
import { type News, newsOf } from "../check/core/news.ts";
import { chosenRules, loadRules } from "../check/load-rules.ts";
import { writeWhole } from "../check/write-whole.ts";
import type { CheckSettings } from "../settings/core/checks.ts";
import { hostKeeper } from "./host-keeper.ts";
import { type Named, namedHosts } from "./named-hosts.ts";
import { inRounds, type Rounds } from "./rounds.ts";

type Needs = {
  readonly state: string;
  readonly schedules: () => readonly CheckSettings[]; // the settings may be read again
  readonly acknowledged: (schedule: CheckSettings) => Promise<readonly Acknowledgement[]>;
  readonly machines: () => Promise<ReadonlySet<string>>; // on record
  readonly observed: (events: readonly Observed[]) => Promise<void>; // ends when they are kept
  readonly now: () => number;
  readonly troubled: (error: unknown) => void;
  readonly openHosts?: (schedule: CheckSettings) => Named[];
  readonly firstAfterMs?: number; // until it looks by itself
};
/** Of a schedule's last run: in a file, so that a service that is started again does not begin anew. */
type Ran = { readonly at: number; readonly tookMs: number; readonly trouble: string | null };

const FIRST_AFTER_MS = 5_000;
const LOOK_MS = 5_000;
const TELLS_WITHIN_MS = 5_000; // while the store is away, what is to be told waits in memory
const MOST_SAID = 400;

/** Runs the settings' checks when they are due, one schedule after the other, and tells what is new of them. */
export class CheckWatch {
  readonly #needs: Needs;
  readonly #running = new Set<string>();
  #ran: Promise<Record<string, Ran>> | undefined;
  readonly #rounds: Rounds;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#rounds = inRounds({
      ...{ firstAfterMs: needs.firstAfterMs ?? FIRST_AFTER_MS, everyMs: LOOK_MS },
      look: () => this.look(),
      troubled: needs.troubled,
    });
  }

  async schedules(): Promise<Schedule[]> {
    const ran = await this.#lastRuns();
    return this.#needs.schedules().map(({ name, hosts, local, every }) => {
      const { at = null, tookMs = null, trouble = null } = ran[name] ?? {};
      const count = hosts.length + (local ? 1 : 0);
      return { name, hosts: count, everyMs: every, at, tookMs, isRunning: this.#running.has(name), trouble };
    });
  }

  /** One look now: what is due is run. */
  async look(): Promise<void> {
    const { schedules, now, troubled } = this.#needs;
    for (const schedule of schedules()) {
      const last = (await this.#lastRuns())[schedule.name];
      const since = last === undefined ? Number.POSITIVE_INFINITY : now() - last.at;
      if (this.#rounds.signal.aborted) return;
      if (since >= 0 && since < schedule.every) continue; // a clock that was set back makes it due
      await this.#run(schedule).catch((error) => {
        if (!this.#rounds.signal.aborted) troubled(error);
      });
    }
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #run(schedule: CheckSettings): Promise<void> {
    const { now, troubled } = this.#needs;
    const { name } = schedule;
    const at = now();
    this.#running.add(name);
    try {
      const trouble = await this.#ask(schedule).then(
        () => null,
        (error) => {
          if (!this.#rounds.signal.aborted) troubled(error);
          return reason(error);
        },
      );
      if (this.#rounds.signal.aborted) return; // it was not run: the next start does
      await this.#note(name, { at, tookMs: now() - at, trouble });
    } finally {
      this.#running.delete(name);
    }
  }

  async #ask(schedule: CheckSettings): Promise<HostResult[]> {
    const { state, now, troubled, acknowledged, machines, openHosts = hostsOf } = this.#needs;
    const rules = chosenRules(await loadRules(schedule["rules-directory"]), schedule.rules);
    const [list, known] = await Promise.all([acknowledged(schedule), machines()]);
    const { around } = hostKeeper({
      ...{ state, now, by: schedule.name, tell: (what: string) => troubled(new Error(what)) },
      told: (host) => (before, after) =>
        this.#tell(newsOf(host, before, after, list), { host, known, at: after.at }),
    });
    const wish = { rules, mayAsk: schedule["ask-network"], now, signal: this.#rounds.signal };
    return checkHosts(openHosts(schedule), wish, () => {}, around);
  }

  /** At least once: it is told before the run is kept that makes it old. */
  async #tell(news: readonly News[], of: { host: string; known: ReadonlySet<string>; at: number }) {
    if (news.length === 0) return;
    const told = this.#needs.observed(news.map((one) => eventOf(one, of)));
    let limit: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      limit = setTimeout(resolve, TELLS_WITHIN_MS);
    });
    await Promise.race([told, late]);
    clearTimeout(limit);
  }

  #lastRuns(): Promise<Record<string, Ran>> {
    this.#ran ??= readFile(this.#path(), "utf8").then(
      (text) => JSON.parse(text) as Record<string, Ran>,
      () => ({}), // none has run here
    );
    this.#ran = this.#ran.catch(() => ({})); // half a file: they are run once more
    return this.#ran;
  }

  async #note(name: string, ran: Ran): Promise<void> {
    const wanted = new Set(this.#needs.schedules().map((one) => one.name));
    const all = Object.entries({ ...(await this.#lastRuns()), [name]: ran });
    const next = Object.fromEntries(all.filter(([one]) => wanted.has(one)));
    this.#ran = Promise.resolve(next);
    await mkdir(join(this.#needs.state, "checks"), { recursive: true, mode: 0o700 });
    await writeWhole(this.#path(), `${JSON.stringify(next)}\n`);
  }

  #path(): string {
    return join(this.#needs.state, "checks/schedules.json");
  }
}

const hostsOf = ({ hosts, local }: CheckSettings): Named[] => namedHosts(hosts, local);

function eventOf(
  { kind, rule, cause, says, since }: News,
  { host, known, at }: { host: string; known: ReadonlySet<string>; at: number },
): Observed {
  const machine = bareName(host);
  return {
    ...{ kind, at, says: printable(`${host}: ${says}`, MOST_SAID) },
    detail: { host, rule, cause, since },
    ...(known.has(machine) && { machine }),
  };
}
