import { Fault, reason } from "../base/fault.ts";
import { firstOf } from "../process/limit.ts";
import type { Journal, Json, Outcome, Step, Told } from "./core/story.ts";
import type { Abort, Claim, Home } from "./home.ts";

/** A kind of story: what it does next is pure; carrying an act out touches the world. */
export type Plot = {
  readonly kind: string;
  next(subject: Json, journal: Journal, now: number): Step;
  /** Idempotent, or reads back first: after a crash the same act is carried out again. */
  carryOut(act: string, scene: Scene): Promise<Json>;
  /** The story has ended; told at least once. */
  ended?(story: Told, how: "done" | "failed" | "cancelled", says: string): Promise<void>;
};
export type Scene = { readonly story: Told; readonly journal: Journal; readonly signal: AbortSignal };

export type TellerNeeds = {
  readonly home: Home;
  readonly plots: readonly Plot[];
  readonly now: () => number;
  readonly troubled: (error: unknown) => void;
  readonly atOnce?: number;
  readonly lookMs?: number;
};
type InFlight = { readonly seq: number; readonly outcome: Promise<Outcome> };

const AT_ONCE = 64;
const LOOK_MS = 1000;
const GRACE_MS = 10_000;

/** Tells stories: claims them, and carries out act after act, each outcome journalled before the next begins. */
export class Teller {
  readonly #needs: TellerNeeds;
  readonly #plots: ReadonlyMap<string, Plot>;
  readonly #telling = new Set<Promise<void>>();
  /** Outlives a lost claim: an act of ours that still runs is not begun a second time beside itself. */
  readonly #inFlight = new Map<number, InFlight>();
  readonly #stopping = new AbortController();
  #looking: Promise<void> | undefined;
  #nudge = () => {};

  constructor(needs: TellerNeeds) {
    this.#needs = needs;
    this.#plots = new Map(needs.plots.map((plot) => [plot.kind, plot]));
  }

  start(): this {
    this.#looking ??= this.#look();
    return this;
  }

  /** There may be a story to tell: it is looked for now, not at the next look. */
  nudge(): void {
    this.#nudge();
  }

  /** Claims nothing more, aborts acts and gives every claim back; what was not journalled is done again later. */
  async stop(): Promise<void> {
    this.#stopping.abort({ because: "lost" } satisfies Abort);
    this.#nudge();
    await this.#looking;
    await Promise.all(this.#telling);
  }

  async #look(): Promise<void> {
    const { atOnce = AT_ONCE, lookMs = LOOK_MS, troubled } = this.#needs;
    while (!this.#stopping.signal.aborted) {
      const claim = this.#telling.size < atOnce ? await this.#claim() : undefined;
      if (claim === undefined) await this.#pause(lookMs);
      else {
        const telling = this.#tell(claim).catch((error: unknown) => {
          if (!isBecause(claim.signal, "lost")) troubled(error); // otherwise another process tells it now
        });
        this.#telling.add(telling);
        void telling.finally(() => {
          this.#telling.delete(telling);
          this.#nudge();
        });
      }
    }
  }

  async #claim(): Promise<Claim | undefined> {
    try {
      return await this.#needs.home.claim([...this.#plots.keys()]);
    } catch (error) {
      this.#needs.troubled(error); // the home is away: the next look finds it, or not
      return undefined;
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#nudge = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #tell(claim: Claim): Promise<void> {
    const { story } = claim;
    const plot = this.#plots.get(story.kind)!;
    const { signal, clear } = firstOf(claim.signal, this.#stopping.signal);
    try {
      while (!this.#stopping.signal.aborted) {
        const asked = performance.now();
        const { journal, cancelled } = await claim.read(); // before each act
        const step = cancelled ? CANCELLED : plot.next(story.subject, journal, this.#needs.now());
        if (step.do === "end") {
          await plot.ended?.(story, step.how, step.says);
          return await claim.end(step.how, step.says);
        }
        if (step.do === "rest") return await claim.rest(step.forMs);
        if (performance.now() - asked > claim.holdsForMs) continue; // a reply from before a pause begins no act
        const outcome = await this.#outcome(plot, step, { story, journal, signal });
        if (this.#stopping.signal.aborted) return;
        if (isBecause(claim.signal, "cancelled")) continue;
        await claim.append({ seq: journal.length + 1, at: this.#needs.now(), act: step.act, outcome });
      }
    } finally {
      clear();
      await claim.release();
    }
  }

  async #outcome(plot: Plot, step: Extract<Step, { do: "act" }>, scene: Scene): Promise<Outcome> {
    const { id } = scene.story;
    const seq = scene.journal.length + 1;
    const before = this.#inFlight.get(id);
    if (before !== undefined && before.seq === seq) return before.outcome;
    await before?.outcome; // an older act of ours must be over before another begins
    const outcome = carriedOut(plot, step, scene);
    this.#inFlight.set(id, { seq, outcome });
    void outcome.finally(() => {
      if (this.#inFlight.get(id)?.outcome === outcome) this.#inFlight.delete(id);
    });
    return outcome;
  }
}

const CANCELLED = { do: "end", how: "cancelled", says: "cancelled" } as const;

const isBecause = ({ aborted, reason: why }: AbortSignal, because: Abort["because"]): boolean =>
  aborted && (why as Abort | undefined)?.because === because;

/**
 * Never rejects: what an act throws is its outcome. An act that is late or not wanted any more is told so and
 * waited for, so that it does not run beside the next one; one that does not listen is left behind.
 */
function carriedOut(
  plot: Plot,
  { act, withinMs }: { readonly act: string; readonly withinMs: number },
  scene: Scene,
): Promise<Outcome> {
  const own = new AbortController();
  const late: Outcome = { is: "late", withinMs };
  let isLate = false;
  return new Promise((resolve) => {
    const abort = () => own.abort(scene.signal.reason);
    const limit = setTimeout(() => {
      isLate = true;
      own.abort();
    }, withinMs);
    const patience = setTimeout(() => resolve(late), withinMs + GRACE_MS);
    const settle = (outcome: Outcome) => {
      clearTimeout(limit);
      clearTimeout(patience);
      scene.signal.removeEventListener("abort", abort);
      resolve(isLate ? late : outcome);
    };
    scene.signal.addEventListener("abort", abort);
    if (scene.signal.aborted) abort();
    plot.carryOut(act, { ...scene, signal: own.signal }).then(
      (value) => settle({ is: "fine", value }),
      (error: unknown) => settle({ is: "failed", why: reason(error), ...faultOf(error) }),
    );
  });
}

const faultOf = (error: unknown) => (error instanceof Fault ? { fault: error.id } : {});
