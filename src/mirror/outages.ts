import type { Say } from "./say.ts";

export type Outage = { readonly host: string; readonly since: number; readonly because: string };
type Kept = Outage & { readonly lastTry: number };

const TRIED_AGAIN_MS = 10_000;
const MOST_HOSTS = 200;

/** Which hosts outside do not answer, since when, and why: said once when it begins and once when it ends. */
export class Outages {
  readonly #now: () => number;
  readonly #down = new Map<string, Kept>();

  constructor(now: () => number) {
    this.#now = now;
  }

  all(): readonly Outage[] {
    return [...this.#down.values()].map(({ host, since, because }) => ({ host, since, because }));
  }

  /** It was tried a moment ago: what is kept need not wait for the next failure. */
  isHopeless(url: string): boolean {
    const down = this.#down.get(hostOf(url));
    return down !== undefined && this.#now() - down.lastTry < TRIED_AGAIN_MS;
  }

  failed(url: string, because: string, say: Say): void {
    const host = hostOf(url);
    const before = this.#down.get(host);
    const lastTry = this.#now();
    this.#down.set(host, { host, since: before?.since ?? lastTry, because, lastTry });
    if (this.#down.size > MOST_HOSTS) this.#down.delete(this.#down.keys().next().value!);
    if (before !== undefined) return;
    const says = `The mirror ${host} does not answer: ${because}. What is kept here is served as it is.`;
    say("mirror.upstream", says, { host, is: "down", because });
  }

  answered(url: string, say: Say): void {
    const host = hostOf(url);
    const before = this.#down.get(host);
    if (before === undefined) return;
    this.#down.delete(host);
    const downMs = this.#now() - before.since;
    say("mirror.upstream", `The mirror ${host} answers again.`, { host, is: "up", downMs });
  }
}

const hostOf = (url: string): string => new URL(url).host;
