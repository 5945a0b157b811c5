import type { KnownMachine } from "../api/agent.ts";
import type { Observed } from "../base/event.ts";
import type { Mac } from "../base/mac.ts";
import { type WorkedWays, workedWays } from "../boot/core/strategy/way-finder.ts";
import { WAYS, type WayId } from "../boot/core/strategy/ways.ts";

export type WaysNeeds = {
  readonly machineOf: (mac: Mac) => KnownMachine | undefined;
  readonly observe: (event: Observed) => void;
  readonly now: () => number;
};
type Kept = { readonly way: string; readonly at: number };

/** That it still works is news once a day. */
const NEWS_AFTER_MS = 24 * 3_600_000;

/**
 * By which way each machine got on. Of machines on record the service keeps it, told by an event; strangers'
 * are gone with the process.
 */
export class RememberedWays implements WorkedWays {
  readonly #needs: WaysNeeds;
  readonly #kept = new Map<string, Kept>();
  readonly #strangers = workedWays();

  constructor(needs: WaysNeeds) {
    this.#needs = needs;
  }

  /** What the service kept. It may be older than what was seen here since. */
  learn({ ways = [] }: KnownMachine): void {
    for (const { mac, asker, way, at } of ways) {
      const key = `${mac} ${asker}`;
      if ((this.#kept.get(key)?.at ?? 0) < at) this.#kept.set(key, { way, at });
    }
  }

  /** A way that is there no more is none. */
  readonly get = (key: string): WayId | undefined => {
    const way = this.#kept.get(key)?.way;
    return way !== undefined && Object.hasOwn(WAYS, way) ? (way as WayId) : this.#strangers.get(key);
  };

  readonly set = (key: string, way: WayId): void => {
    const [mac, asker] = key.split(" ") as [Mac, string];
    const machine = this.#needs.machineOf(mac);
    if (machine === undefined) return void this.#strangers.set(key, way);
    const [known, at] = [this.#kept.get(key), this.#needs.now()];
    if (known?.way === way && at - known.at < NEWS_AFTER_MS) return;
    this.#kept.set(key, { way, at });
    const says = `${machine.name} gets on when it is answered with ${WAYS[way].says}`;
    const detail = { asker, way };
    this.#needs.observe({ kind: "dhcp.way", at, machine: machine.name, mac, says, detail });
  };
}
