import type { Ipv4 } from "../../src/base/ipv4.ts";
import { Cache } from "../../src/mirror/cache.ts";
import { mayBePrivate, type Rules } from "../../src/mirror/core/route.ts";
import { Mirror } from "../../src/mirror/mirror.ts";
import { openDoor } from "../../src/mirror/open-door.ts";
import { Promises } from "../../src/mirror/promises.ts";
import { Upstream } from "../../src/mirror/upstream.ts";

const HERE = "127.0.0.1" as Ipv4;

/** The mirror as a process of its own, to be killed: argv is its directory and its rules in JSON. */
const [directory = "", told = ""] = process.argv.slice(2);
const rules = JSON.parse(told) as Rules;
const cache = await new Cache({ directory, mostBytes: 1e9, reserveBytes: 0, now: Date.now }).open();
const upstream = new Upstream({ via: "1.1 test", mayBePrivate: (origin) => mayBePrivate(origin, rules) });
const mirror = new Mirror(rules, {
  cache,
  upstream,
  promises: new Promises(cache, async () => undefined),
  now: Date.now,
});
const door = await openDoor({
  ...{ mirror, address: HERE, port: 0, via: "test", now: Date.now },
  subnets: [{ address: HERE, prefix: 8 }],
  observe: () => {},
});
process.stdout.write(`port ${door.port}\n`);
