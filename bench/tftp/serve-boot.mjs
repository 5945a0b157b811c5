// The built boot service alone, for a namespace: argv is an interface, an address and a folder.

import { knownClients } from "../../dist/boot/clients.js";
import { memoryLeases } from "../../dist/boot/core/leases.js";
import { flawEvents } from "../../dist/boot/flaws.js";
import { openHttp } from "../../dist/boot/http-boot.js";
import { openTftp } from "../../dist/boot/tftp-server.js";
import { hasUdpCalls } from "../../dist/boot/udp-calls.js";

const [name, address, root] = process.argv.slice(2);
const pool = { from: "10.9.0.210", to: "10.9.0.250" };
const subnet = { address, prefix: 24 };
const segment = {
  name: "bench",
  interface: name,
  subnet,
  pool,
  answerSolicitations: false,
  leaseSeconds: 600,
};
const leases = memoryLeases(pool, Date.now);
const world = {
  segment,
  leases,
  machineOf: () => undefined,
  fileFor: (_, path) => ({ is: "file", root, path }),
  observe: () => {},
  now: Date.now,
};
const clients = knownClients(leases);
const open = [await openHttp(world, clients), await openTftp(world, clients, flawEvents(world))];
process.stdout.write(`ready ${hasUdpCalls()}\n`);
process.on("SIGTERM", async () => {
  for (const part of open) await part.stop();
  process.exit(0);
});
