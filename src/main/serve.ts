import { networkInterfaces } from "node:os";
import { memoryPair } from "../agent/wires.ts";
import { Fault } from "../base/fault.ts";
import {
  broadcastOf,
  ipv4At,
  ipv4Number,
  networkOf,
  readIpv4,
  readSubnet4,
  type Subnet4,
} from "../base/ipv4.ts";
import { must } from "../base/read.ts";
import type { Place } from "./place.ts";
import { openSegmentAgent } from "./segment-agent.ts";
import { openService } from "./service.ts";
import { Stack } from "./stack.ts";

export type ServeWish = { readonly port: number; readonly segment?: string; readonly pool?: string };

/** `rackhand serve`: the service, and with --segment an agent for that interface in the same process. */
export async function serve(wish: ServeWish, place: Place, stopped: AbortSignal): Promise<number> {
  const opened = new Stack();
  try {
    const service = opened.add(await openService(place, wish), (open) => open.stop());
    process.stdout.write(`Rackhand ${place.version} answers at ${service.url}\n`);
    if (wish.segment !== undefined) {
      const ends = memoryPair();
      const segment = segmentOn(wish.segment, wish.pool);
      const open = { name: "local", state: place.state, shared: true, declares: [], segment };
      const { agent } = opened.add(await openSegmentAgent(open), (one) => one.stop());
      service.desk.meet(ends.service);
      void agent.serve(ends.agent);
      process.stdout.write(`DHCP, TFTP and HTTP boot on ${segment.interface}, ${segment.subnet}\n`);
    }
    await new Promise<void>((resolve) => {
      if (stopped.aborted) resolve();
      stopped.addEventListener("abort", () => resolve(), { once: true });
    });
    return 0;
  } finally {
    await opened.stop();
  }
}

function segmentOn(name: string, pool: string | undefined) {
  const here = (networkInterfaces()[name] ?? []).find(({ family }) => family === "IPv4");
  if (here?.cidr === null || here === undefined) throw new Fault("boot.no-interface", { name });
  const subnet = must(readSubnet4(here.cidr));
  const common = {
    name: "local",
    mode: "dhcp",
    interface: name,
    subnet: here.cidr,
    answerSolicitations: true,
  } as const;
  return { ...common, pool: pool === undefined ? upperHalf(subnet) : readPool(pool) };
}

/** The subnet's upper half, less its broadcast address. */
function upperHalf(subnet: Subnet4): { from: string; to: string } {
  const [first, last] = [ipv4Number(networkOf(subnet)), ipv4Number(broadcastOf(subnet))];
  return { from: ipv4At(first + Math.ceil((last - first) / 2)), to: ipv4At(last - 1) };
}

function readPool(text: string): { from: string; to: string } {
  const ends = text.split("-").map((end) => readIpv4(end.trim()));
  const [from, to] = ends;
  if (ends.length === 2 && from!.ok && to!.ok && ipv4Number(from!.value) <= ipv4Number(to!.value)) {
    return { from: from!.value, to: to!.value };
  }
  throw new Fault("use.wrong", {
    what: `"${text}" is not a pool such as 10.0.0.100-10.0.0.199.`,
    verb: "serve",
  });
}
