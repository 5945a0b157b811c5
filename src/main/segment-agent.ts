import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Agent, type AgentNeeds } from "../agent/agent.ts";
import { BootFiles } from "../agent/boot-files.ts";
import { PrivateFiles } from "../agent/private-files.ts";
import type { KnownMachine, Segment as SegmentTold } from "../api/agent.ts";
import { Fault } from "../base/fault.ts";
import { type Ipv4, networkOf, readIpv4, readSubnet4 } from "../base/ipv4.ts";
import { readMac } from "../base/mac.ts";
import { must } from "../base/read.ts";
import { ipmitool } from "../bmc/ipmitool.ts";
import type { Leases } from "../boot/core/leases.ts";
import type { Network, Segment } from "../boot/core/segment.ts";
import type { Quirk } from "../boot/core/strategy/quirks.ts";
import { openLeaseLog } from "../boot/lease-log.ts";
import { openBoot } from "../boot/open-boot.ts";
import { probeOtherServers } from "../boot/probe-other-servers.ts";
import { openImage, rootOfImage } from "./images.ts";
import { recordingsIn } from "./place.ts";
import { Stack } from "./stack.ts";

export type SegmentAgent = {
  readonly agent: Agent;
  readonly macAt: Leases["macAt"]; // who has an address of ours
  stop(): Promise<void>;
};
export const LEASE_SECONDS = 3600;
export const STANDARD_IMAGE = "debian-12";
const PROBE_MS = 4000; // dnsmasq pings an address for 3 s before it offers it

/** An agent with its boot service: what attends to one segment, in this process. */
export async function openSegmentAgent(wish: {
  readonly name: string;
  readonly segment: SegmentTold;
  readonly quirks?: readonly Quirk[]; // the operator's own rows
  readonly declares: readonly KnownMachine[];
  readonly state: string;
  readonly shared: boolean; // others may live on this network: look for another DHCP server first
}): Promise<SegmentAgent> {
  const { name, segment, declares, state, quirks = [] } = wish;
  const opened = new Stack();
  const needs: AgentNeeds = {
    ...{ name, segment, declares, run: randomUUID(), now: Date.now },
    openBmc: ipmitool,
    recordings: recordingsIn(state),
  };
  try {
    if (wish.shared && segment.mode === "dhcp") await refuseBeside(segment.interface);
    const agent = opened.add(new Agent(needs), (open) => open.stop());
    const files = new BootFiles({
      open: (image) => openImage(image, state),
      rootOf: (image) => rootOfImage(image, state),
      now: Date.now,
      machineOf: agent.machineOf,
      base: `http://${must(readSubnet4(segment.subnet)).address}/`,
      standard: segment.image,
      unknown: segment.unknown,
      privateFiles: new PrivateFiles({
        machineOf: agent.machineOf,
        machineCalled: agent.machineCalled,
        observe: agent.observe,
        now: Date.now,
      }),
    });
    const { macAt, ...ground } =
      segment.mode === "proxy"
        ? { segment: { ...wireOf(segment), quirks, mode: "proxy" as const }, macAt: () => undefined }
        : await leasing(segment, quirks, state, opened);
    const boot = await openBoot({
      ...ground,
      machineOf: agent.machineOf,
      fileFor: files.answer,
      transferred: (client, path) => {
        const last = files.isLast(client, path);
        last.then((isLast) => isLast && agent.took(client.mac)).catch(() => {}); // the image is gone by now
      },
      observe: agent.observe,
      now: Date.now,
    });
    opened.add(boot, (open) => open.stop());
    return { agent, macAt, stop: () => opened.stop() };
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

/** A segment with leases of our own: those of its subnet and of each subnet behind a relay, each in a log. */
async function leasing(told: SegmentTold, quirks: readonly Quirk[], state: string, opened: Stack) {
  const segment = { ...leasingSegment(told), quirks };
  const logFor = async (network: Network, name: string) => {
    const path = join(state, "leases", `${name}.log`);
    const ground = { except: [segment.subnet.address, network.subnet.address], reserved: reservedIn(told) };
    return opened.add(await openLeaseLog({ path, pool: network.pool, now: Date.now, ground }), (open) =>
      open.close(),
    );
  };
  const behind = new Map<Network, Leases>();
  for (const network of segment.relayed ?? []) {
    behind.set(network, await logFor(network, `${told.name}-${networkOf(network.subnet)}`));
  }
  const leases = await logFor(segment, told.name);
  const macAt: Leases["macAt"] = async (wanted) => {
    const found = await Promise.all([leases, ...behind.values()].map((one) => one.macAt(wanted)));
    return found.find((mac) => mac !== undefined);
  };
  return { segment, leases, leasesOf: (network: Network) => behind.get(network) ?? leases, macAt };
}

function leasingSegment(told: SegmentTold): Segment {
  return {
    ...{ ...wireOf(told), leaseSeconds: told.leaseSeconds },
    pool: poolOf(told.pool),
    routers: told.routers.map(address),
    nameServers: told.nameServers.map(address),
    relayed: told.relayed.map(({ subnet, pool, routers }) => {
      return { subnet: must(readSubnet4(subnet)), pool: poolOf(pool), routers: routers.map(address) };
    }),
  };
}

function wireOf({ name, interface: on, subnet, answerSolicitations }: SegmentTold) {
  return { name, interface: on, answerSolicitations, subnet: must(readSubnet4(subnet)) };
}

const poolOf = ({ from, to }: { from: string; to: string }) => ({ from: address(from), to: address(to) });

const address = (text: string): Ipv4 => must(readIpv4(text));

const reservedIn = ({ reservations }: SegmentTold) =>
  new Map(reservations.map((one) => [must(readMac(one.mac)), address(one.address)] as const));
