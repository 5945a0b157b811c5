import { createInterface } from "node:readline";
import { Fault } from "../../src/base/fault.ts";
import type { Ipv4 } from "../../src/base/ipv4.ts";
import type { Ipv6 } from "../../src/base/ipv6.ts";
import { memoryLeases } from "../../src/boot/core/leases.ts";
import type { Ipv6Service, Network, Segment } from "../../src/boot/core/segment.ts";
import type { Quirk } from "../../src/boot/core/strategy/quirks.ts";
import type { WayId } from "../../src/boot/core/strategy/ways.ts";
import { openBoot } from "../../src/boot/open-boot.ts";
import { probeOtherServers } from "../../src/boot/probe-other-servers.ts";

/** The boot service as a process of its own, for a namespace: argv is an interface, a folder and the modes. */
const [name = "s0", root = ".", mode = "dhcp", mode6 = "off"] = process.argv.slice(2);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const subnet6 = (text: string) => ({ address: text as Ipv6, prefix: 64 });
const ipv6: Ipv6Service = {
  mode: mode6 === "lease" ? "lease" : "boot",
  subnet: subnet6("2001:db8:9::1"),
  pool: { from: "2001:db8:9::100" as Ipv6, to: "2001:db8:9::1ff" as Ipv6 },
  leaseSeconds: 600,
  nameServers: ["2001:db8:9::53" as Ipv6],
  relayed: [
    {
      subnet: subnet6("2001:db8:8::1"),
      pool: { from: "2001:db8:8::100" as Ipv6, to: "2001:db8:8::1ff" as Ipv6 },
    },
  ],
};
const wire = {
  name: "test",
  ...(mode6 === "off" ? {} : { ipv6 }),
  interface: name,
  subnet: { address: "10.9.0.1" as Ipv4, prefix: 24 },
  answerSolicitations: true,
};
const far: Network = {
  subnet: { address: "10.8.0.1" as Ipv4, prefix: 24 },
  pool: { from: "10.8.0.100" as Ipv4, to: "10.8.0.150" as Ipv4 },
  routers: ["10.8.0.1" as Ipv4],
};
const segment: Segment = {
  ...wire,
  pool: { from: "10.9.0.100" as Ipv4, to: "10.9.0.150" as Ipv4 },
  leaseSeconds: 600,
  relayed: mode === "relayed" ? [far] : [],
};
/** The operator's own row: the ways that the mode names are all there is. */
const [place = "dhcp", ...ways] = mode.split(" ") as [string, ...WayId[]];
const quirks: Quirk[] = (["rom", "http"] as const).flatMap((asker) => {
  const [first, ...others] = ways;
  if (first === undefined) return [];
  const all = [first, ...others] as const;
  return { id: "own", saw: "", when: { asker }, ways: { dhcp: all, proxy: all }, proof: { none: "a test" } };
});
const attended =
  place === "proxy"
    ? { segment: { ...wire, mode: "proxy", quirks } as const }
    : { segment: { ...segment, quirks }, leases: memoryLeases(segment.pool, Date.now) };

try {
  const boot = await openBoot({
    ...attended,
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
