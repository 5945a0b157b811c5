// The built mirror alone, for a namespace: argv is an address, a directory and the upstream.

import { Cache } from "../../dist/mirror/cache.js";
import { mayBePrivate } from "../../dist/mirror/core/route.js";
import { Mirror } from "../../dist/mirror/mirror.js";
import { openDoor } from "../../dist/mirror/open-door.js";
import { Promises } from "../../dist/mirror/promises.js";
import { Upstream } from "../../dist/mirror/upstream.js";

const [address, directory, url] = process.argv.slice(2);
const now = Date.now;
const rules = { archives: [{ name: "debian", url }], hosts: [], tunnels: [] };
const cache = await new Cache({ directory, mostBytes: 20e9, now }).open();
const upstream = new Upstream({ via: "1.1 bench", mayBePrivate: (origin) => mayBePrivate(origin, rules) });
const promises = new Promises(cache, async () => undefined);
const mirror = new Mirror(rules, { cache, upstream, promises, now });
const subnets = [{ address, prefix: 24 }];
const door = await openDoor({ mirror, address, port: 3142, via: "bench", now, subnets, observe: () => {} });
process.on("SIGTERM", async () => {
  await door.stop();
  await mirror.stop();
  process.exit(0);
});
