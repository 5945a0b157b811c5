import { LASTING_KINDS } from "../base/event.ts";
import type { Settings } from "../settings/core/settings.ts";
import type { Store } from "../store/open-store.ts";

type Needs = {
  readonly store: Pick<Store, "trimEvents">;
  readonly now: () => number;
  readonly wanted: () => Settings["timeline"]; // they may be read again
  readonly troubled: (error: unknown) => void;
};
const FIRST_MS = 60_000;
const EVERY_MS = 3_600_000;
const KEEP_PER_MACHINE = 1000;

/** Keeps timelines in bounds, a short statement at a time; several services on one database may all do it. */
export class Trimming {
  readonly #needs: Needs;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#after(FIRST_MS);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #after(ms: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#round().then(() => this.#after(EVERY_MS), this.#needs.troubled);
    }, ms).unref();
  }

  async #round(): Promise<void> {
    const { store, now, troubled, wanted } = this.#needs;
    const { keep, most } = wanted();
    const bounds = { keepPerMachine: KEEP_PER_MACHINE, mostPerMachine: most, lasting: LASTING_KINDS };
    await store.trimEvents({ olderThan: now() - keep, ...bounds }).catch(troubled); // tried again in an hour
  }
}
