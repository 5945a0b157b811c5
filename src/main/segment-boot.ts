import { join } from "node:path";
import type { Agent } from "../agent/agent.ts";
import { BootFiles, type BootFilesNeeds } from "../agent/boot-files.ts";
import type { SegmentReports } from "../agent/segment-reports.ts";
import type { Segment as SegmentTold } from "../api/agent.ts";
import { inUrl, isIpv6, readAddress } from "../base/address.ts";
import { type Ipv4, networkOf, readIpv4, readSubnet4 } from "../base/ipv4.ts";
import { readMac } from "../base/mac.ts";
import { must } from "../base/read.ts";
import type { Leases } from "../boot/core/leases.ts";
import type { Network, Segment } from "../boot/core/segment.ts";
import type { Quirk } from "../boot/core/strategy/quirks.ts";
import { openLeaseLog } from "../boot/lease-log.ts";
import { type Leaving, openBoot } from "../boot/open-boot.ts";
import { watchServers } from "../boot/watch-servers.ts";
import { evenNow } from "./even-now.ts";
import { generationOfImage, loadersOfImage, openImage } from "./images.ts";
import { ipv6Of, leaseLogs6 } from "./segment-ipv6.ts";
import { Stack } from "./stack.ts";

export type Ground = {
  readonly segment: SegmentTold;
  readonly quirks: readonly Quirk[]; // the operator's own rows
};
export type SegmentBoot = {
  readonly macAt: Leases["macAt"]; // who has an address of ours
  /** Shuts the doors and gives the leases back; transfers that run go on. */
  leave(): Promise<Leaving>;
  stop(): Promise<void>;
};

/** The boot service of one segment with the settings of now, and its leases. */
export async function openSegmentBoot(
  { segment, quirks }: Ground,
  {
    agent,
    privateFiles,
    state,
    reports,
    shared,
  }: {
    readonly agent: Agent;
    readonly privateFiles: BootFilesNeeds["privateFiles"];
    readonly state: string;
    readonly reports: SegmentReports;
    readonly shared: boolean; // others may live on this network: other DHCP servers are looked for
  },
): Promise<SegmentBoot> {
  const logs = new Stack();
  try {
    const ours = must(readSubnet4(segment.subnet)).address;
    const ours6 = ipv6Of(segment)?.subnet.address;
    const files = new BootFiles({
      open: (image, arch) => openImage(image, state, arch),
      generationOf: (image, arch) => generationOfImage(image, state, arch),
      loadersOf: (image, arch) => loadersOfImage(image, state, arch),
      now: Date.now,
      machineOf: agent.machineOf,
      base: ({ address: its }) => `http://${inUrl(isIpv6(its) && ours6 ? ours6 : ours)}/`,
      standard: segment.image,
      unknown: segment.unknown,
      privateFiles,
      handPathFor: agent.hands.pathFor,
    });
    const { macAt, ...ground } =
      segment.mode === "proxy"
        ? { segment: { ...wireOf(segment), quirks, mode: "proxy" as const }, macAt: () => undefined }
        : await leasing({ segment, quirks }, { state, opened: logs, changed: reports.changed });
    reports.over("logs" in ground ? ground.logs : []);
    const boot = await openBoot({
      ...ground,
      leases6Of: await leaseLogs6(segment, state, logs),
      machineOf: agent.machineOf,
      fileFor: files.answer,
      converse: agent.hands.conversation,
      transferred: (client, path) => {
        const last = files.isLast(client, path);
        last.then((isLast) => isLast && agent.took(client.mac)).catch(() => {}); // the image is gone by now
      },
      observe: (event) => agent.observe({ ...event, at: Date.now() }),
      worked: agent.ways,
      now: evenNow,
    });
    if (shared) {
      const expected = (segment.otherServers ?? []).map((text) => must(readAddress(text)));
      const watch = { segment, expected, observe: agent.observe, now: Date.now, found: reports.found };
      logs.add(watchServers(watch), (open) => open.stop());
    }
    const leave = async () => {
      const leaving = await boot.leave();
      await logs.stop();
      return leaving;
    };
    const stop = async () => {
      await boot.stop();
      await logs.stop();
    };
    return { macAt, leave, stop };
  } catch (error) {
    await logs.stop();
    throw error;
  }
}

type LeasingAt = { readonly state: string; readonly opened: Stack } & Pick<SegmentReports, "changed">;

/** A segment with leases of our own: those of its subnet and of each subnet behind a relay, each in a log. */
async function leasing({ segment: told, quirks }: Ground, { state, opened, changed }: LeasingAt) {
  const logs: Leases[] = [];
  const segment = { ...leasingSegment(told), quirks };
  const logFor = async (network: Network, name: string) => {
    const path = join(state, "leases", `${name}.log`);
    const ground = { except: [segment.subnet.address, network.subnet.address], reserved: reservedIn(told) };
    const clocks = { now: evenNow, date: Date.now };
    const log = await openLeaseLog({ path, pool: network.pool, ...clocks, ground, changed });
    logs.push(log);
    return opened.add(log, (open) => open.close());
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
  return { logs, segment, leases, leasesOf: (network: Network) => behind.get(network) ?? leases, macAt };
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

function wireOf(told: SegmentTold) {
  const { name, interface: on, subnet, answerSolicitations } = told;
  const ipv6 = ipv6Of(told);
  const wire = { name, interface: on, answerSolicitations, subnet: must(readSubnet4(subnet)) };
  return ipv6 ? { ...wire, ipv6 } : wire;
}

const poolOf = ({ from, to }: { from: string; to: string }) => ({ from: address(from), to: address(to) });

const address = (text: string): Ipv4 => must(readIpv4(text));

const reservedIn = ({ reservations }: SegmentTold) =>
  new Map(reservations.map((one) => [must(readMac(one.mac)), address(one.address)] as const));
