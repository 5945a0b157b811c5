import type { Image, ImageCheck } from "../api/shapes.ts";
import type { Observed } from "../base/event.ts";
import { inRounds, type Rounds } from "./rounds.ts";

type Needs = {
  readonly images: () => Promise<readonly Image[]>;
  readonly check: (image: string, signal: AbortSignal) => Promise<Omit<ImageCheck, "at">>;
  /** What its last check rests on; nothing, when that cannot be told. */
  readonly grounds: (image: Image, signal: AbortSignal) => Promise<string | undefined>;
  /** What was told of images until now, by this service or the ones before it; the newest last. */
  readonly toldBefore: () => Promise<readonly Pick<Observed, "kind" | "detail">[]>;
  readonly observed: (events: readonly Observed[]) => Promise<void>;
  readonly now: () => number;
  readonly troubled: (error: unknown) => void;
};

type Kept = { readonly name: string; readonly check: ImageCheck; readonly on: string | undefined };

const FIRST_AFTER_MS = 20_000;
const EVERY_MS = 24 * 3_600_000;
const LOOK_MS = 10 * 60_000; // for an image that was pulled meanwhile, and a mirror that moved on

/**
 * Checks each image when the service has started, when it is new, when its mirror or its loaders changed, and
 * each day: before somebody boots into it. That one fails is told once, and once that it passes again.
 */
export class ImageWatch {
  readonly #needs: Needs;
  readonly #checks = new Map<string, Kept>(); // by directory: a new generation is a new one
  readonly #asked = new Map<string, Promise<ImageCheck>>();
  #failing: Promise<Set<string>> | undefined; // names of images that were told to fail
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

  /** How each image that is here did in its last check. */
  standing(): { readonly name: string; readonly overall: ImageCheck["overall"] }[] {
    return [...this.#checks.values()].map(({ name, check: { overall } }) => ({ name, overall }));
  }

  /** One round now; an image whose check is fresh, on grounds that still are, is left alone. */
  async look(): Promise<void> {
    const { images, check, grounds, now, troubled } = this.#needs;
    const { signal } = this.#rounds;
    const here = await images();
    const roots = new Set(here.map(({ root }) => root));
    for (const root of this.#checks.keys()) if (!roots.has(root)) this.#checks.delete(root);
    for (const image of here) {
      const last = this.#checks.get(image.root);
      try {
        const on = (await grounds(image, signal)) ?? last?.on;
        if (last !== undefined && last.on === on && now() - last.check.at < EVERY_MS) continue;
        const found = await check(image.name, signal);
        await this.#keep(image, { ...found, at: now() }, on);
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
    const { images, check, grounds, now, troubled } = this.#needs;
    const { signal } = this.#rounds;
    const image = (await images()).find((one) => one.name === name);
    const on = image && (await grounds(image, signal));
    const found = { ...(await check(name, signal)), at: now() }; // an unknown one is told so by the check
    if (image !== undefined) await this.#keep(image, found, on).catch(troubled);
    return found;
  }

  async #keep({ name, root }: Image, check: ImageCheck, on: string | undefined): Promise<void> {
    this.#checks.set(root, { name, check, on });
    const failing = await this.#toldToFail();
    const event = newsOf(name, check, failing.has(name));
    if (event === undefined) return;
    if (event.kind === "image.failed") failing.add(name);
    else failing.delete(name);
    void this.#needs.observed([event]).catch(this.#needs.troubled); // a store that is away holds no check up
  }

  #toldToFail(): Promise<Set<string>> {
    this.#failing ??= this.#needs.toldBefore().then(failingAfter);
    this.#failing.catch(() => {
      this.#failing = undefined; // the store is away: asked again with the next check
    });
    return this.#failing;
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }
}

/** Could-not-tell is no news: what was told before still holds. */
function newsOf(image: string, { overall, findings, at }: ImageCheck, wasFailing: boolean) {
  if (overall === "unknown" || (overall === "fail") === wasFailing) return undefined;
  if (overall === "pass")
    return { kind: "image.passed", at, says: `${image} passes its check again`, detail: { image } } as const;
  const failed = findings.filter(({ is }) => is === "fail");
  const says = `${image} fails its check: ${failed.map((finding) => finding.says).join(" ")}`;
  const detail = {
    image,
    findings: failed.map(({ id }) => id),
    remedies: failed.map(({ remedy }) => remedy),
  };
  return { kind: "image.failed", at, says, detail } as const;
}

function failingAfter(told: readonly Pick<Observed, "kind" | "detail">[]): Set<string> {
  const failing = new Set<string>();
  for (const { kind, detail } of told) {
    if (kind === "image.failed") failing.add(String(detail?.image));
    if (kind === "image.passed") failing.delete(String(detail?.image));
  }
  return failing;
}
