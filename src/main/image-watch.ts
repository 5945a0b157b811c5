import type { Image, ImageCheck } from "../api/shapes.ts";
import { inRounds, type Rounds } from "./rounds.ts";

type Needs = {
  readonly images: () => Promise<readonly Image[]>;
  readonly check: (image: string, signal: AbortSignal) => Promise<Omit<ImageCheck, "at">>;
  /** What its last check rests on; nothing, when that cannot be told. */
  readonly grounds: (image: Image, signal: AbortSignal) => Promise<string | undefined>;
  readonly now: () => number;
  readonly troubled: (error: unknown) => void;
};

type Kept = { readonly check: ImageCheck; readonly on: string | undefined };

const FIRST_AFTER_MS = 20_000;
const EVERY_MS = 24 * 3_600_000;
const LOOK_MS = 10 * 60_000; // for an image that was pulled meanwhile, and a mirror that moved on

/**
 * Checks each image when the service has started, when it is new, when its mirror or its loaders changed, and
 * each day: before somebody boots into it.
 */
export class ImageWatch {
  readonly #needs: Needs;
  readonly #checks = new Map<string, Kept>(); // by directory: a new generation is a new one
  readonly #asked = new Map<string, Promise<ImageCheck>>();
  readonly #rounds: Rounds;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#rounds = inRounds({
      ...{ firstAfterMs: FIRST_AFTER_MS, everyMs: LOOK_MS },
      look: () => this.look(),
      troubled: needs.troubled,
    });
  }

  of(image: Image): ImageCheck | null {
    return this.#checks.get(image.root)?.check ?? null;
  }

  /** One round now; an image whose check is fresh, on grounds that still are, is left alone. */
  async look(): Promise<void> {
    const { images, check, grounds, now, troubled } = this.#needs;
    const { signal } = this.#rounds;
    for (const image of await images()) {
      const last = this.#checks.get(image.root);
      try {
        const on = (await grounds(image, signal)) ?? last?.on;
        if (last !== undefined && last.on === on && now() - last.check.at < EVERY_MS) continue;
        const found = await check(image.name, signal);
        this.#checks.set(image.root, { check: { ...found, at: now() }, on });
      } catch (error) {
        if (signal.aborted) return;
        troubled(error);
      }
    }
  }

  /** Checks one image whatever was found before; who asks while it is under way gets the same answer. */
  checkNow(name: string): Promise<ImageCheck> {
    const asked = this.#asked.get(name) ?? this.#check(name).finally(() => this.#asked.delete(name));
    this.#asked.set(name, asked);
    return asked;
  }

  async #check(name: string): Promise<ImageCheck> {
    const { images, check, grounds, now } = this.#needs;
    const { signal } = this.#rounds;
    const image = (await images()).find((one) => one.name === name);
    const on = image && (await grounds(image, signal));
    const found = { ...(await check(name, signal)), at: now() }; // an unknown one is told so by the check
    if (image !== undefined) this.#checks.set(image.root, { check: found, on });
    return found;
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }
}
