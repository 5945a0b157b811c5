import type { Installed, TimelineEvent } from "../api/shapes.ts";
import type { Observed } from "../base/event.ts";
import type { Attached } from "./agents.ts";
import { markAfter } from "./core/installed-mark.ts";
import type { Keeps } from "./needs.ts";

export type LedgerEars = {
  readonly kept: (events: TimelineEvent[]) => void;
  readonly stored: (events: readonly Observed[]) => void; // by us, for the counts
  readonly troubled: (error: unknown) => void; // the store did not take them; it is tried again
};
type Waiting = { agent: Attached | undefined; name: string; run: string; seq: number; event: Observed };
const RETRY_MS = 1000;
const PAGE = 500;

/** Keeps events in order, each once: from agents under their numbers, the service's own under its own. */
export class Ledger {
  readonly #store: Keeps;
  readonly #run: string;
  readonly #kept: LedgerEars["kept"];
  readonly #stored: LedgerEars["stored"];
  readonly #troubled: LedgerEars["troubled"];
  readonly #waiting: Waiting[] = [];
  #seq = 0;
  #published = 0;
  #writing: Promise<void> | undefined;
  #stopped = false;

  constructor(store: Keeps, run: string, on: LedgerEars) {
    this.#store = store;
    this.#run = run;
    this.#kept = on.kept;
    this.#stored = on.stored;
    this.#troubled = on.troubled;
  }

  /** What is kept already is no news. */
  async open(): Promise<void> {
    this.#published = (await this.#store.recentEvents({ limit: 1 })).at(-1)?.id ?? 0;
  }

  keep(agent: Attached, seq: number, event: Observed): void {
    this.#put({ agent, name: agent.name, run: agent.run, seq, event });
  }

  note(event: Observed): void {
    this.#put({ agent: undefined, name: "service", run: this.#run, seq: ++this.#seq, event });
  }

  /** Ends when what was noted until now is kept. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** Ends when what came until now is kept, or cannot be. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#writing;
  }

  #put(waiting: Waiting): void {
    if (this.#stopped) return;
    this.#waiting.push(waiting);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const [{ agent, name, run }] = this.#waiting as [Waiting];
      const other = this.#waiting.findIndex((one) => one.name !== name || one.run !== run);
      const batch = this.#waiting.slice(0, other < 0 ? 500 : Math.min(other, 500));
      try {
        for (const { event } of batch) await this.#effect(event);
        const upTo = await this.#store.appendEvents(name, run, batch);
        this.#waiting.splice(0, batch.length);
        this.#stored(batch.map(({ event }) => event));
        agent?.send({ do: "stored", seq: upTo });
        await this.#publish();
      } catch (error) {
        this.#troubled(error);
        if (this.#stopped) return; // an agent keeps what was not acknowledged and sends it again
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS)); // the store is away: nothing is lost, only later
      }
    }
  }

  /** Tells of all that is kept since, in the one order that everybody reads. */
  async #publish(): Promise<void> {
    for (;;) {
      const events = await this.#store.recentEvents({ after: this.#published, limit: PAGE });
      this.#published = events.at(-1)?.id ?? this.#published;
      this.#kept(events);
      if (events.length < PAGE) return;
    }
  }

  /** Of a machine that is off the record by now there is none. */
  async #mark(machine: string): Promise<Installed | null> {
    const kept = await this.#store.machine(machine).catch(() => null);
    return kept?.installed ?? null;
  }

  /** Some events change what is kept; doing it again changes nothing. */
  async #effect(event: Observed): Promise<void> {
    const { kind, machine, mac, at, detail = {} } = event;
    if (machine === undefined) return;
    if (kind === "dhcp.way" && mac !== undefined) {
      await this.#store.rememberWay(machine, {
        mac,
        asker: String(detail.asker),
        way: String(detail.way),
        at,
      });
    }
    if (kind === "plan.used") await this.#store.usePlan(machine, at, Number(detail.id));
    const mark = markAfter(event, kind === "wipe.done" ? await this.#mark(machine) : null);
    if (mark !== undefined) await this.#store.markInstalled(machine, mark);
    if (kind === "private.served") await this.#store.forgetPreseed(machine, Number(detail.plan));
  }
}
