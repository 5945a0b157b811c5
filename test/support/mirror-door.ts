import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Observed } from "../../src/base/event.ts";
import type { Ipv4 } from "../../src/base/ipv4.ts";
import { Cache } from "../../src/mirror/cache.ts";
import { mayBePrivate, type Rules } from "../../src/mirror/core/route.ts";
import { Mirror } from "../../src/mirror/mirror.ts";
import { type DoorWish, openDoor } from "../../src/mirror/open-door.ts";
import { Promises, type Vouch } from "../../src/mirror/promises.ts";
import { Upstream } from "../../src/mirror/upstream.ts";

export const HERE = "127.0.0.1" as Ipv4;
type Wish = Partial<Rules> & {
  readonly directory?: string;
  readonly mostBytes?: number;
  readonly reserveBytes?: number;
  readonly subnets?: DoorWish["subnets"];
  readonly vouch?: Vouch;
  readonly quietMs?: number;
  readonly headMs?: number;
  readonly silenceMs?: number;
};

/** The mirror with one door on the loopback, its clock in the test's hand. */
export async function openTestMirror(wish: Wish) {
  const { archives = [], hosts = [], mostBytes = 1e9, tunnels = [], subnets, quietMs } = wish;
  const directory = wish.directory ?? mkdtempSync(join(tmpdir(), "rackhand-mirror-"));
  const clock = { ahead: 0 };
  const now = () => Date.now() + clock.ahead;
  const { reserveBytes = 0, headMs = 5000, silenceMs = 5000 } = wish;
  const cache = await new Cache({ directory, mostBytes, reserveBytes, now }).open();
  const rules = { archives, hosts, tunnels };
  const upstream = new Upstream({
    ...{ via: "1.1 test", headMs, silenceMs },
    mayBePrivate: (origin) => mayBePrivate(origin, mirror.rules),
  });
  const promises = new Promises(cache, wish.vouch ?? (async () => undefined));
  const mirror: Mirror = new Mirror(rules, { cache, upstream, promises, now, pauseMs: 5 });
  const events: Observed[] = [];
  const door = await openDoor({
    ...{ mirror, address: HERE, port: 0, via: "test", now },
    subnets: subnets ?? [{ address: HERE, prefix: 8 }],
    observe: (event) => events.push(event),
    ...(quietMs !== undefined && { quietMs }),
  });
  let isOpen = true;
  const stop = async () => {
    if (!isOpen) return;
    isOpen = false;
    await door.stop();
    await mirror.stop();
  };
  onTestFinished(async () => {
    await stop();
    if (wish.directory === undefined) rmSync(directory, { recursive: true, force: true });
  });
  return {
    mirror,
    cache,
    promises,
    port: door.port,
    url: `http://${HERE}:${door.port}`,
    events,
    clock,
    directory,
    stop,
  };
}
