import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Agent } from "../agent/agent.ts";
import { keptGrants } from "../agent/kept-grants.ts";
import { PrivateFiles } from "../agent/private-files.ts";
import { SegmentReports } from "../agent/segment-reports.ts";
import type { KnownMachine, Segment as SegmentTold } from "../api/agent.ts";
import { Fault } from "../base/fault.ts";
import { type DriverWorld, openDriver } from "../bmc/drivers.ts";
import { filePins, forgetPins } from "../bmc/pins.ts";
import type { Leases } from "../boot/core/leases.ts";
import type { Quirk } from "../boot/core/strategy/quirks.ts";
import type { Leaving } from "../boot/open-boot.ts";
import { probeOtherServers } from "../boot/probe-other-servers.ts";
import type { SightingRule } from "../console/core/sightings.ts";
import type { Retention } from "../console/keeper.ts";
import { generationFile } from "../image/generation-file.ts";
import { recordingsIn } from "./place.ts";
import { type Ground, openSegmentBoot } from "./segment-boot.ts";
import { roomFor } from "./small-heap.ts";
import { Stack } from "./stack.ts";

export type SegmentAgent = {
  readonly agent: Agent;
  readonly macAt: Leases["macAt"]; // who has an address of ours
  /**
   * Attends to the same network by other settings from now on; consoles and transfers go on. When those
   * cannot be opened, the ones before hold.
   */
  change(to: Ground): Promise<void>;
  /** False once neither could be opened. */
  answers(): boolean;
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
  readonly commands?: () => DriverWorld["commands"]; // of the settings, as they are now
  readonly rules?: () => readonly SightingRule[]; // what consoles are read for, with the settings' own
  readonly retention?: () => Retention; // of recordings
  readonly shared: boolean; // others may live on this network: look for another DHCP server first
}): Promise<SegmentAgent> {
  const { name, segment, declares, state, quirks = [] } = wish;
  const opened = new Stack();
  const needs = { name, segment, declares, run: randomUUID(), now: Date.now };
  let ground: Ground = { segment, quirks };
  try {
    if (wish.shared && segment.mode === "dhcp") await refuseBeside(segment);
    const pinned = join(state, "bmc", name);
    const pins = filePins(pinned);
    const agent = new Agent({
      ...needs,
      openBmc: (record) => openDriver(record, { pins, commands: wish.commands?.() ?? {} }),
      forgetPins: (machine) => forgetPins(pinned, machine),
      recordings: recordingsIn(state),
      ...(wish.rules && { rules: wish.rules }),
      ...(wish.retention && { retention: wish.retention }),
      roomFor,
      keptGrants: keptGrants(join(state, "hands", `${name}.json`)),
      handFile: (path) => generationFile(state, path),
    });
    opened.add(agent, (open) => open.stop());
    const { machineCalled, grants, hands } = agent;
    const privateFiles = new PrivateFiles({ grants, machineCalled, handFile: hands.fileFor });
    const reports = opened.add(new SegmentReports({ tell: agent.tell, now: Date.now }), (open) =>
      open.stop(),
    );
    agent.reports = reports.all;
    const { shared } = wish;
    const openOn = (on: Ground) => openSegmentBoot(on, { agent, privateFiles, state, reports, shared });
    let boot = await openOn(ground);
    let answers = true;
    const leaving = new Set<Leaving>();
    opened.add(leaving, async (all) => void (await Promise.all([...all].map((one) => one.stop()))));
    opened.add(agent, () => boot.stop());
    const change = async (to: Ground) => {
      const leasesFirst = to.segment.mode === "dhcp" && ground.segment.mode !== "dhcp";
      if (wish.shared && leasesFirst) await refuseBeside(to.segment);
      const before = boot;
      const left = await boot.leave();
      leaving.add(left);
      void left.ended.finally(() => leaving.delete(left));
      try {
        boot = await openOn(to);
        ground = to;
      } catch (error) {
        boot = await openOn(ground);
        throw error;
      } finally {
        answers = boot !== before;
      }
    };
    const macAt: Leases["macAt"] = (address) => boot.macAt(address);
    return { agent, macAt, change, answers: () => answers, stop: () => opened.stop() };
  } catch (error) {
    await opened.stop();
    throw error;
  }
}

/** Two servers with leases of their own send machines to either: better none of ours than two. */
async function refuseBeside({ interface: on, otherServers = [] }: SegmentTold): Promise<void> {
  const servers = await probeOtherServers(on, PROBE_MS);
  const server = servers.find((one) => !otherServers.includes(one));
  if (server !== undefined) throw new Fault("boot.other-dhcp", { server, interface: on });
}
