import { reason } from "../base/fault.ts";

/** Where the bytes come from; a BMC driver happens to fit. */
export type Session = { write(bytes: Uint8Array): void; sendBreak(): void; close(): Promise<void> };
export type Source = {
  openConsole(
    on: { bytes(chunk: Uint8Array): void; ended(why: string): void },
    signal: AbortSignal,
  ): Promise<Session>;
};
type Needs = {
  readonly source: Source;
  readonly bytes: (chunk: Uint8Array) => void;
  readonly attached: () => void;
  readonly lost: (why: string) => void;
};

const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15_000];

/** A serial line that is attached again whenever it was lost, until it is stopped. */
export class Line {
  session: Session | undefined;
  readonly #needs: Needs;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#running = this.#attachForEver();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.session?.close();
    await this.#running;
  }

  async #attachForEver(): Promise<void> {
    const { signal } = this.#stopping;
    for (let tries = 0; !signal.aborted; tries += 1) {
      const why = await this.#attachOnce(signal, () => {
        tries = 0;
      });
      this.session = undefined;
      if (signal.aborted) return;
      this.#needs.lost(why);
      await pause(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]!, signal);
    }
  }

  /** Resolves with why the line is not attached any more. */
  async #attachOnce(signal: AbortSignal, attached: () => void): Promise<string> {
    let ended: (why: string) => void = () => {};
    const over = new Promise<string>((resolve) => {
      ended = resolve;
    });
    // A session that we close ourselves need not say that it ended.
    const stop = () => ended("it was stopped");
    signal.addEventListener("abort", stop, { once: true });
    try {
      const session = await this.#needs.source.openConsole({ bytes: this.#needs.bytes, ended }, signal);
      if (signal.aborted) {
        await session.close(); // it was opened while we were told to stop, and nobody else knows of it
        return "it was stopped";
      }
      this.session = session;
      attached();
      this.#needs.attached();
      return await over;
    } catch (error) {
      return reason(error);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }
}

/** Waits, or ends early when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
