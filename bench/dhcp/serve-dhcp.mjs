// The built DHCP service alone, for a namespace: argv is an interface, its address and the lease log.
import { knownClients } from "../../dist/boot/clients.js";
import { crowdOn } from "../../dist/boot/core/crowd.js";
import { memoryLeases } from "../../dist/boot/core/leases.js";
import { wayFinder, workedWays } from "../../dist/boot/core/strategy/way-finder.js";
import { openDhcp } from "../../dist/boot/dhcp-server.js";
import { flawEvents } from "../../dist/boot/flaws.js";
import { hushOn } from "../../dist/boot/hush.js";
import { openLeaseLog } from "../../dist/boot/lease-log.js";
import { neighboursOn } from "../../dist/boot/neighbours.js";

const [name, address, path] = process.argv.slice(2);
const now = Date.now;
const far = {
  subnet: { address: "10.8.0.1", prefix: 16 },
  pool: { from: "10.8.1.0", to: "10.8.200.255" },
};
const near = { from: "10.9.0.100", to: "10.9.0.150" };
const segment = {
  ...{ name: "bench", interface: name, subnet: { address, prefix: 24 }, pool: near },
  ...{ answerSolicitations: false, leaseSeconds: 3600, relayed: [far] },
};
const leases = memoryLeases(near, now);
const log = await openLeaseLog({ path, pool: far.pool, now });
const world = {
  ...{ segment, leases, now },
  machineOf: () => undefined,
  fileFor: () => ({ is: "missing", because: "" }),
  observe: () => {},
};
const crowd = crowdOn(now);
const parts = {
  clients: knownClients(leases),
  flaws: flawEvents(world),
  finder: wayFinder({ mode: "dhcp", now, worked: workedWays() }),
  neighbours: neighboursOn(name, now),
  ...{ crowd, hush: hushOn(world, crowd), prover: undefined },
};
const dhcp = await openDhcp(world, parts, (network) => (network === far ? log : leases));
process.on("SIGTERM", async () => {
  await dhcp.stop();
  await log.close();
  process.exit(0);
});
