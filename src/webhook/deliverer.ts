import { BlockList } from "node:net";
import type { AlertName } from "../base/alert.ts";
import { Fault, reason } from "../base/fault.ts";
import { alertOf, bodyOf, deliveryId, GIVE_UP_MS, restAfter, type Seen } from "./core/alerts.ts";
import { type Posted, post } from "./post.ts";

export type Target = {
  readonly name: string;
  readonly url: string;
  readonly events: readonly AlertName[];
  readonly secret: () => string; // read anew each time; throws when it is not there
};
/** How far a target is: all events up to `upto` are told or given up. */
export type Place = {
  readonly upto: number;
  readonly tries: number; // of the next one
  readonly since: number | null; // of its first try
  readonly trouble: string | null;
};
export type Failed = {
  readonly name: string;
  readonly event: number;
  readonly alert: string;
  readonly at: number;
  readonly tries: number;
  readonly why: string;
};
/** Where it is kept how far each target is; `store` fits. */
export type KeepsWebhooks = {
  /** Whoever gets it delivers alone for that long; null while another does, or while it rests. */
  claimWebhook(name: string, by: string, holdMs: number): Promise<Place | null>;
  /** False when the claim had lapsed. */
  settleWebhook(
    name: string,
    by: string,
    place: Place & { restMs: number; holdMs: number },
  ): Promise<boolean>;
  failWebhook(failed: Omit<Failed, "at">): Promise<void>;
  failedWebhooks(limit: number): Promise<Failed[]>;
  webhookPlaces(): Promise<(Place & { readonly name: string })[]>;
  recentEvents(span: { readonly after: number; readonly limit: number }): Promise<Seen[]>;
};
type Needs = {
  readonly store: KeepsWebhooks;
  readonly targets: () => readonly Target[]; // the settings may be read again
  readonly me: string;
  readonly now: () => number;
  readonly told: (target: string, posted: Posted) => void; // for the counts
  readonly troubled: (error: unknown) => void;
  readonly restAfter?: (tries: number) => number;
  readonly lookEveryMs?: number;
  readonly holdMs?: number;
};

const LOOK_EVERY_MS = 20_000; // a claim that has lapsed, what another service kept
const HOLD_MS = 30_000; // longer than a try may take
const PAGE = 500;

/** Tells each target its alerts, in order, at least once: what was sent is remembered only after it was taken. */
export class Deliverer {
  readonly #needs: Needs;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>(); // nudged while it ran
  readonly #addresses = new Map<string, string>();
  readonly #resting = new Set<NodeJS.Timeout>();
  readonly #timer: NodeJS.Timeout;
  readonly #holdMs: number;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#holdMs = needs.holdMs ?? HOLD_MS;
    this.#timer = setInterval(() => this.nudge(), needs.lookEveryMs ?? LOOK_EVERY_MS).unref();
  }

  /** Something may be to tell; a target that does not answer keeps no other waiting. */
  readonly nudge = (): void => {
    if (this.#stopping.signal.aborted) return;
    for (const target of this.#needs.targets()) {
      if (this.#running.has(target.name)) this.#again.add(target.name);
      else this.#running.set(target.name, this.#run(target));
    }
  };

  readonly list = async () => {
    const places = new Map((await this.#needs.store.webhookPlaces()).map((place) => [place.name, place]));
    return this.#needs.targets().map(({ name, url, events }) => {
      const address = this.#addresses.get(name) ?? null;
      const { tries = 0, trouble = null } = places.get(name) ?? {};
      const { origin, pathname } = new URL(url); // a query may hold a secret
      return {
        ...{ name, url: `${origin}${pathname}`, events: [...events], tries, trouble, address },
        isPrivate: address !== null && isPrivate(address),
      };
    });
  };

  readonly failed = (): Promise<Failed[]> => this.#needs.store.failedWebhooks(500);

  /** A delivery that is kept nowhere. */
  async test(name: string, id: string): Promise<Posted> {
    const target = this.#needs.targets().find((one) => one.name === name);
    if (target === undefined) throw new Fault("webhook.unknown", { name });
    const at = this.#needs.now();
    const seen: Seen = { id: 0, at, kind: "fault", machine: null, mac: null, says: "A test", detail: { id } };
    return this.#send(target, { id, event: "test", body: bodyOf("test", seen) });
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const timer of this.#resting) clearTimeout(timer);
    this.#stopping.abort();
    await Promise.all(this.#running.values());
  }

  /** What came while it ran is looked for once more. */
  async #run(target: Target): Promise<void> {
    do {
      this.#again.delete(target.name);
      await this.#tell(target).catch(this.#needs.troubled);
    } while (this.#again.has(target.name) && !this.#stopping.signal.aborted);
    this.#running.delete(target.name);
  }

  async #tell(target: Target): Promise<void> {
    const { store, me } = this.#needs;
    let place = await store.claimWebhook(target.name, me, this.#holdMs);
    while (place !== null && !this.#stopping.signal.aborted) place = await this.#page(target, place);
  }

  /** Goes on from there over a page of events; null when there is nothing more to do now. */
  async #page(target: Target, from: Place): Promise<Place | null> {
    const { store, me } = this.#needs;
    const settle = (place: Place, restMs = 0, holdMs = 0) =>
      store.settleWebhook(target.name, me, { ...place, restMs, holdMs });
    const events = await store.recentEvents({ after: from.upto, limit: PAGE });
    let place = from;
    for (const event of events) {
      const alert = alertOf(event);
      if (alert !== undefined && target.events.includes(alert)) {
        const next = await this.#one(target, alert, { event, place });
        if (next.restMs > 0) {
          await settle(next.place, next.restMs);
          this.#nudgeAfter(next.restMs);
          return null;
        }
        place = next.place;
        if (!(await settle(place, 0, this.#holdMs))) return null; // another one has it now
      }
      place = { ...place, upto: event.id };
    }
    const isMore = events.length === PAGE;
    const holds = await settle(place, 0, isMore ? this.#holdMs : 0);
    return isMore && holds ? place : null;
  }

  #nudgeAfter(ms: number): void {
    const timer = setTimeout(() => {
      this.#resting.delete(timer);
      this.nudge();
    }, ms + 10).unref(); // the database's clock is the one that counts
    this.#resting.add(timer);
  }

  async #one(
    target: Target,
    alert: AlertName,
    { event, place }: { event: Seen; place: Place },
  ): Promise<{ place: Place; restMs: number }> {
    const { store, now, restAfter: rest = restAfter } = this.#needs;
    const told = { upto: event.id, tries: 0, since: null, trouble: null };
    const id = deliveryId(event.id);
    const posted = await this.#send(target, { id, event: alert, body: bodyOf(alert, event) });
    if (posted.ok) return { place: told, restMs: 0 };
    if (this.#stopping.signal.aborted) return { place, restMs: 1 }; // it was we who ended it
    const tries = place.tries + 1;
    const since = place.since ?? now();
    if (now() - since < GIVE_UP_MS)
      return { place: { ...place, tries, since, trouble: posted.why }, restMs: rest(tries) };
    await store.failWebhook({ name: target.name, event: event.id, alert, tries, why: posted.why });
    return { place: { ...told, trouble: posted.why }, restMs: 0 };
  }

  async #send(target: Target, what: { id: string; event: string; body: string }): Promise<Posted> {
    const { now, told } = this.#needs;
    const posted = await this.#posted(target, what, now());
    if (posted.address !== "") this.#addresses.set(target.name, posted.address);
    told(target.name, posted);
    return posted;
  }

  async #posted({ url, secret }: Target, what: { id: string; event: string; body: string }, now: number) {
    try {
      return await post({ url, secret: secret(), ...what, now, signal: this.#stopping.signal });
    } catch (error) {
      return { ok: false, why: reason(error), address: "" } as const; // no secret, no such address
    }
  }
}

/** RFC 1918, RFC 4193, loopback and link-local: where a rack's own receivers are. */
function isPrivate(address: string): boolean {
  const bare = address.replace(/^::ffff:/, "");
  return PRIVATE.check(bare, bare.includes(":") ? "ipv6" : "ipv4");
}

const PRIVATE = new BlockList();
for (const [net, prefix] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
] as const)
  PRIVATE.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of [
  ["fc00::", 7],
  ["fe80::", 10],
  ["::1", 128],
] as const)
  PRIVATE.addSubnet(net, prefix, "ipv6");
