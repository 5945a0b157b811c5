import type { ConsoleSay } from "../api/console.ts";

/** What a viewer may be behind before it is spared what the machine says, and when it has caught up. */
const BEHIND_BYTES = 512 * 1024;
const CAUGHT_UP_BYTES = 64 * 1024;
const LOOK_EVERY_MS = 100;

type Needs = {
  readonly send: (say: ConsoleSay) => void;
  readonly waitingBytes: () => number; // sent, and not taken yet
  readonly redraw: () => void; // asks for the present screen
};

/** A viewer who is too slow for its machine misses bytes, is told how many, and gets the screen as it is then. */
export class SlowViewer {
  readonly #needs: Needs;
  #skipped = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  hear(say: ConsoleSay): void {
    const isBehind = this.#skipped > 0 || this.#needs.waitingBytes() > BEHIND_BYTES;
    if (say.is !== "bytes" || !isBehind) {
      this.#needs.send(say);
      return;
    }
    this.#skipped += Buffer.byteLength(say.data, "base64");
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    if (this.#needs.waitingBytes() > CAUGHT_UP_BYTES) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#needs.send({ is: "skipped", bytes: this.#skipped });
    this.#skipped = 0;
    this.#needs.redraw();
  }
}
