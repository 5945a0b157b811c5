import { createInterface } from "node:readline";
import { Fault } from "../../src/base/fault.ts";
import type { Ipv4 } from "../../src/base/ipv4.ts";
import { memoryLeases } from "../../src/boot/core/leases.ts";
import type { Segment } from "../../src/boot/core/segment.ts";
import { openBoot } from "../../src/boot/open-boot.ts";
import { probeOtherServers } from "../../src/boot/probe-other-servers.ts";

/** The boot service as a process of its own, for a namespace: argv is an interface and a folder. */
const [name = "s0", root = "."] = process.argv.slice(2);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const segment: Segment = {
  name: "test",
  interface: name,
  subnet: { address: "10.9.0.1" as Ipv4, prefix: 24 },
  pool: { from: "10.9.0.100" as Ipv4, to: "10.9.0.150" as Ipv4 },
  answerSolicitations: true,
  leaseSeconds: 600,
};

try {
  const boot = await openBoot({
    segment,
    leases: memoryLeases(segment.pool, Date.now),
    machineOf: () => undefined,
    fileFor: (_, path) => ({ is: "file", root, path }),
    observe: (event) => say(event),
    now: Date.now,
  });
  say({ ready: true });
  for await (const line of createInterface(process.stdin)) {
    if (line === "probe") say({ probed: await probeOtherServers(name, 2000) });
  }
  await boot.stop();
} catch (error) {
  say({ fault: error instanceof Fault ? error.id : String(error) });
}
