import { Fault } from "../base/fault.ts";
import {
  ERRAND_GRACE_MS,
  type Errand,
  type ErrandAnswer,
  MOST_OUTPUT,
  printableLines,
} from "../hand/core/errand.ts";
import { LISTENING, type Listening, listen, type Progress } from "../hand/core/progress.ts";

type Waiter = { readonly settle: (answer: ErrandAnswer) => void; readonly refuse: (why: Error) => void };
type Queued = Errand & {
  readonly askedAt: number;
  givenAt: number | undefined;
  listening: Listening;
  readonly waiters: Waiter[];
};
export type Limit = readonly [ms: number, fault: () => Fault];

const MOST_QUEUED = 16;
const MOST_ANSWERS = 8;

/** One machine's hand in one arming: who it is, what it is to do, and what it answered. */
export class HandSeat {
  readonly machine: string;
  readonly plan: number;
  boot: string | undefined;
  address: string | undefined;
  #heardAt: number | undefined;
  readonly #queue: Queued[] = [];
  readonly #answers = new Map<string, ErrandAnswer>();
  readonly #ending = new AbortController();
  #woken: () => void = () => {};

  constructor(machine: string, plan: number) {
    this.machine = machine;
    this.plan = plan;
  }

  get ended(): AbortSignal {
    return this.#ending.signal;
  }

  sits(boot: string, address: string): void {
    this.boot = boot;
    this.address = address;
    this.hears();
  }

  hears(): void {
    this.#heardAt = performance.now();
  }

  ask({ id, script, withinMs }: Errand): Promise<ErrandAnswer> {
    const known = this.#answers.get(id);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((settle, refuse) => {
      const queued = this.#queue.find((one) => one.id === id);
      if (queued !== undefined) return void queued.waiters.push({ settle, refuse });
      if (this.#queue.length >= MOST_QUEUED) return refuse(new Fault("hand.busy", { name: this.machine }));
      const fresh = { askedAt: performance.now(), givenAt: undefined, listening: LISTENING };
      this.#queue.push({ id, script, withinMs, ...fresh, waiters: [{ settle, refuse }] });
      this.#woken();
    });
  }

  /** The errand to be done now; the one that was given stays it until it is answered. */
  async next(over: AbortSignal): Promise<Errand | undefined> {
    if (this.#queue.length === 0 && !over.aborted)
      await new Promise<void>((resolve) => {
        this.#woken = resolve;
        over.addEventListener("abort", () => resolve(), { once: true });
      });
    return over.aborted ? undefined : this.#queue[0];
  }

  /** Whether it was not given before. */
  gives({ id }: Errand): boolean {
    const queued = this.#queue.find((one) => one.id === id);
    if (queued === undefined || queued.givenAt !== undefined) return false;
    queued.givenAt = performance.now();
    return true;
  }

  said(id: string, bytes: Uint8Array): readonly Progress[] {
    const queued = this.#queue.find((one) => one.id === id);
    if (queued === undefined) return [];
    const { listening, news } = listen(queued.listening, Buffer.from(bytes).toString());
    queued.listening = listening;
    return news;
  }

  /** Whether it is news. What nobody waits for is kept all the same: who asked is perhaps being started again. */
  done(id: string, code: number, output: Uint8Array): boolean {
    const isNew = !this.#answers.has(id);
    const tail = printableLines(Buffer.from(output).toString()).slice(-MOST_OUTPUT);
    const answer = { code, output: tail };
    this.#answers.set(id, answer);
    if (this.#answers.size > MOST_ANSWERS) this.#answers.delete(this.#answers.keys().next().value!);
    for (const { settle } of this.#take((one) => one.id === id)) settle(answer);
    return isNew;
  }

  /** Whoever waits in vain hears why. */
  expire({ absent, silent }: { readonly absent: Limit; readonly silent: Limit }): void {
    const now = performance.now();
    const quiet = now - (this.#heardAt ?? Number.NEGATIVE_INFINITY);
    const [first] = this.#queue;
    if (first === undefined) return;
    const isLate = first.givenAt !== undefined && now - first.givenAt > first.withinMs + ERRAND_GRACE_MS;
    if (isLate || (first.givenAt !== undefined && quiet > silent[0]))
      for (const { refuse } of this.#take((one) => one === first)) refuse(silent[1]());
    for (const { refuse } of this.#take((one) => quiet > absent[0] && now - one.askedAt > absent[0]))
      refuse(absent[1]());
  }

  end(why: Error): void {
    this.#ending.abort();
    for (const { refuse } of this.#take(() => true)) refuse(why);
  }

  #take(which: (one: Queued) => boolean): Waiter[] {
    const taken = this.#queue.filter(which);
    for (const one of taken) this.#queue.splice(this.#queue.indexOf(one), 1);
    return taken.flatMap(({ waiters }) => waiters);
  }
}
