import type { Image, ImageCheck } from "../api/shapes.ts";

type Needs = {
  readonly images: () => Promise<readonly Image[]>;
  readonly check: (image: string, signal: AbortSignal) => Promise<Omit<ImageCheck, "at">>;
  readonly now: () => number;
  readonly troubled: (error: unknown) => void;
};

const FIRST_AFTER_MS = 20_000; // the service answers first
const EVERY_MS = 24 * 3_600_000;
const LOOK_MS = 10 * 60_000; // for an image that was pulled meanwhile

/** Checks each image when the service has started, when it is new, and each day: before somebody boots into it. */
export class ImageWatch {
  readonly #needs: Needs;
  readonly #checks = new Map<string, ImageCheck>(); // by directory: a new generation is a new one
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout;
  #round: Promise<void> = Promise.resolve();

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#timer = setTimeout(() => this.#again(), FIRST_AFTER_MS);
  }

  of(image: Image): ImageCheck | null {
    return this.#checks.get(image.root) ?? null;
  }

  /** One round now; an image whose check is fresh is left alone. */
  async look(): Promise<void> {
    const { images, check, now, troubled } = this.#needs;
    for (const image of await images()) {
      const last = this.#checks.get(image.root);
      if (last !== undefined && now() - last.at < EVERY_MS) continue;
      try {
        const found = await check(image.name, this.#stopping.signal);
        this.#checks.set(image.root, { ...found, at: now() });
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        troubled(error);
      }
    }
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stopping.abort();
    await this.#round;
  }

  #again(): void {
    this.#round = this.look().catch(this.#needs.troubled);
    void this.#round.then(() => {
      if (!this.#stopping.signal.aborted) this.#timer = setTimeout(() => this.#again(), LOOK_MS);
    });
  }
}
