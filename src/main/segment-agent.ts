import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Agent, type AgentNeeds } from "../agent/agent.ts";
import { BootFiles } from "../agent/boot-files.ts";
import type { KnownMachine, Segment as SegmentTold } from "../api/agent.ts";
import { Fault } from "../base/fault.ts";
import { type Ipv4, readIpv4, readSubnet4 } from "../base/ipv4.ts";
import { readMac } from "../base/mac.ts";
import { must } from "../base/read.ts";
import { ipmitool } from "../bmc/ipmitool.ts";
import type { Segment } from "../boot/core/segment.ts";
import { openLeaseLog } from "../boot/lease-log.ts";
import { openBoot } from "../boot/open-boot.ts";
import { probeOtherServers } from "../boot/probe-other-servers.ts";
import { openImage } from "./images.ts";
import { recordingsIn } from "./place.ts";
import { Stack } from "./stack.ts";

export type SegmentAgent = { readonly agent: Agent; stop(): Promise<void> };
export const LEASE_SECONDS = 3600;
export const STANDARD_IMAGE = "debian-12";
const PROBE_MS = 4000; // dnsmasq pings an address for 3 s before it offers it

/** An agent with its boot service: what attends to one segment, in this process. */
export async function openSegmentAgent(wish: {
  readonly name: string;
  readonly segment: SegmentTold;
  readonly declares: readonly KnownMachine[];
  readonly state: string;
  readonly shared: boolean; // others may live on this network: look for another DHCP server first
}): Promise<SegmentAgent> {
  const { name, segment, declares, state } = wish;
  const opened = new Stack();
  const needs: AgentNeeds = {
    ...{ name, segment, declares, run: randomUUID(), now: Date.now },
    openBmc: ipmitool,
    recordings: recordingsIn(state),
  };
  try {
    if (wish.shared && segment.mode === "dhcp") await refuseBeside(segment.interface);
    const agent = opened.add(new Agent(needs), (open) => open.stop());
    const ours = bootSegment(segment);
    const files = new BootFiles({
      open: (image) => openImage(image, state),
      machineOf: agent.machineOf,
      base: `http://${ours.subnet.address}/`,
      standard: segment.image,
    });
    const leases = await openLeaseLog({
      path: join(state, "leases", `${segment.name}.log`),
      pool: ours.pool,
      now: Date.now,
      ground: { except: [ours.subnet.address], reserved: reservedIn(segment) },
    });
    opened.add(leases, (open) => open.close());
    const boot = await openBoot({
      segment: ours,
      leases,
      machineOf: agent.machineOf,
      fileFor: files.answer,
      transferred: (client, path) => agent.transferred(client.mac, path),
      observe: agent.observe,
      now: Date.now,
    });
    opened.add(boot, (open) => open.stop());
    return { agent, stop: () => opened.stop() };
  } catch (error) {
    await opened.stop();
    throw error;
  }
}

/** Two servers with leases of their own send machines to either: better none of ours than two. */
async function refuseBeside(on: string): Promise<void> {
  const [server] = await probeOtherServers(on, PROBE_MS);
  if (server !== undefined) throw new Fault("boot.other-dhcp", { server, interface: on });
}

function bootSegment(told: SegmentTold): Segment {
  const { name, interface: on, subnet, pool, answerSolicitations, leaseSeconds } = told;
  return {
    ...{ name, interface: on, answerSolicitations, leaseSeconds },
    subnet: must(readSubnet4(subnet)),
    pool: { from: address(pool.from), to: address(pool.to) },
    routers: told.routers.map(address),
    nameServers: told.nameServers.map(address),
  };
}

const address = (text: string): Ipv4 => must(readIpv4(text));

const reservedIn = ({ reservations }: SegmentTold) =>
  new Map(reservations.map((one) => [must(readMac(one.mac)), address(one.address)] as const));
