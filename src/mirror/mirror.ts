import type { Cache, Taken } from "./cache.ts";
import { isImmutable } from "./core/archive-file.ts";
import { isFresh } from "./core/freshness.ts";
import type { Kept } from "./core/kept-file.ts";
import type { Route, Rules } from "./core/route.ts";
import { beginFlight, headOf, type Start } from "./flight.ts";
import { type Outage, Outages } from "./outages.ts";
import type { Promises } from "./promises.ts";
import type { Head } from "./receive.ts";
import type { Say } from "./say.ts";
import type { Upstream } from "./upstream.ts";

export type MirrorNeeds = {
  readonly cache: Cache;
  readonly upstream: Upstream;
  readonly now: () => number;
  readonly promises: Promises;
  readonly pauseMs?: number; // before a broken connection is tried anew
};
/** A file for one asker. Whoever gets "kept" closes its handle, whoever gets "coming" releases its spool. */
export type Got =
  | { readonly is: "kept"; readonly how: "hit" | "stale"; readonly taken: Taken }
  | Extract<Start, { is: "coming" | "through" | "absent" | "failed" }>;
export type Way = "hit" | "stale" | "miss";
export type Counts = Record<Way, { files: number; bytes: number }>;

/** A small file is awaited whole where an older one could be given instead of half of it. */
const MOST_AWAITED = 1 << 20;

/** A Debian mirror that fetches what it is asked for, once, and keeps it. */
export class Mirror {
  rules: Rules;
  readonly counts: Counts = {
    hit: { files: 0, bytes: 0 },
    stale: { files: 0, bytes: 0 },
    miss: { files: 0, bytes: 0 },
  };
  readonly cache: Cache;
  readonly upstream: Upstream;
  readonly #needs: MirrorNeeds;
  readonly #outages: Outages;
  readonly #flights = new Map<string, Promise<Start>>();
  readonly #ends = new Set<Promise<unknown>>();
  readonly #stopping = new AbortController();

  constructor(rules: Rules, needs: MirrorNeeds) {
    this.rules = rules;
    this.#needs = needs;
    this.cache = needs.cache;
    this.upstream = needs.upstream;
    this.#outages = new Outages(needs.now);
  }

  get outages(): readonly Outage[] {
    return this.#outages.all();
  }

  count(way: Way, bytes: number): void {
    this.counts[way].files += 1;
    this.counts[way].bytes += bytes;
  }

  async get(route: Route, noCache: boolean, say: Say): Promise<Got> {
    const kept = await this.#believed(route.key);
    const now = this.#needs.now();
    if (kept !== undefined && isFresh(route.file, now - kept.checkedAt, noCache))
      return (await this.#keptAs("hit", route)) ?? this.get(route, noCache, say);
    if (kept !== undefined && !noCache && this.#outages.isHopeless(route.url))
      return (await this.#stale(route, say)) ?? this.get(route, noCache, say);
    const start = await (this.#flights.get(route.key) ?? this.#begin(route, kept, say));
    if (start.is === "unchanged") return (await this.#keptAs("hit", route)) ?? this.get(route, true, say);
    if (start.is === "coming") return this.#ofComing(start, route, kept, say);
    if (start.is === "failed" && kept !== undefined) return (await this.#stale(route, say)) ?? start;
    return start;
  }

  /** A file's head, from here where it is fresh. */
  async peek(route: Route, noCache: boolean): Promise<Head | { readonly status: number }> {
    const kept = await this.cache.look(route.key);
    const isGood = kept && isFresh(route.file, this.#needs.now() - kept.checkedAt, noCache);
    if (isGood || (kept && this.#outages.isHopeless(route.url))) return kept;
    const { signal } = this.#stopping;
    const answer = await this.upstream.ask(route.url, { method: "HEAD", signal }).catch(() => undefined);
    answer?.resume();
    if (answer?.statusCode === 200) return headOf(answer);
    const status = answer?.statusCode ?? 502;
    return kept !== undefined && status >= 500 ? kept : { status };
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("the mirror is being stopped"));
    await Promise.allSettled([...this.#flights.values(), ...this.#ends]);
    await this.#needs.promises.settled();
    this.upstream.stop();
    await this.cache.stop();
  }

  async #ofComing(start: Extract<Start, { is: "coming" }>, route: Route, kept: Kept | undefined, say: Say) {
    const isSmall = (start.head.bytes ?? Number.POSITIVE_INFINITY) <= MOST_AWAITED;
    if (!start.spool.hold()) {
      await start.end; // it closes just now: then it is kept, or fetched anew
      return this.get(route, false, say);
    }
    if (kept === undefined || !isSmall || (await start.end).is === "whole") return start;
    const stale = await this.#stale(route, say);
    if (stale !== undefined) await start.spool.release();
    return stale ?? start;
  }

  #begin(route: Route, kept: Kept | undefined, say: Say): Promise<Start> {
    const { key, url, file } = route;
    const before = kept !== undefined && !isImmutable(file) ? kept : undefined;
    const flight = beginFlight(route, before, { ...this.#needs, signal: this.#stopping.signal });
    this.#flights.set(key, flight);
    const landed = flight.then(async (start) => {
      if (start.is === "failed" && start.isDown && !this.#stopping.signal.aborted)
        this.#outages.failed(url, start.because, say);
      else this.#outages.answered(url, say);
      if (start.is === "unchanged") this.cache.confirm(kept!);
      if (start.is === "absent") this.cache.remove(key);
      if (start.is === "through") this.#unkept(route, "there is no room to keep it", say);
      if (start.is === "failed" && !start.isDown) this.#unkept(route, start.because, say);
      const end = start.is === "coming" ? await start.end : undefined;
      this.#flights.delete(key);
      if (end === undefined) return;
      const why = end.is === "whole" ? end.unkept : end.because;
      if (why !== undefined && !this.#stopping.signal.aborted) this.#unkept(route, why, say);
    });
    this.#ends.add(landed);
    void landed.finally(() => this.#ends.delete(landed));
    return flight;
  }

  #unkept({ key }: Route, because: string, say: Say): void {
    say("mirror.unkept", `${key} was not kept: ${because}.`, { file: key, because });
  }

  /** What is kept, unless a signed index promises something else by now. */
  async #believed(key: string): Promise<Kept | undefined> {
    const kept = await this.cache.look(key);
    if (kept === undefined || this.#needs.promises.allows(key, kept.sha256)) return kept;
    this.cache.remove(key);
    return undefined;
  }

  async #keptAs(how: "hit" | "stale", { key }: Route): Promise<Got | undefined> {
    const taken = await this.cache.take(key);
    if (taken !== undefined) this.#needs.promises.saw(taken.kept);
    return taken && { is: "kept", how, taken };
  }

  async #stale(route: Route, say: Say): Promise<Got | undefined> {
    const stale = await this.#keptAs("stale", route);
    const words = `${route.key} was given as it is kept here: its mirror could not be asked whether it changed.`;
    if (stale !== undefined) say("mirror.stale", words, { file: route.key, url: route.url });
    return stale;
  }
}
