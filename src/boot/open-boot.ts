import { contains, type Ipv4 } from "../base/ipv4.ts";
import { openBootServer } from "./boot-server.ts";
import { knownClients } from "./clients.ts";
import { crowdOn } from "./core/crowd.ts";
import { networksOf } from "./core/dhcp/network.ts";
import { type Leases, memoryLeases } from "./core/leases.ts";
import type { Network } from "./core/segment.ts";
import { type WayFinder, wayFinder, workedWays } from "./core/strategy/way-finder.ts";
import { type LeasesOf, openDhcp } from "./dhcp-server.ts";
import { flawEvents } from "./flaws.ts";
import { openHttp } from "./http-boot.ts";
import { hushOn } from "./hush.ts";
import { type Neighbours, neighboursOn } from "./neighbours.ts";
import { groundOf6, partsOf6 } from "./open-ipv6.ts";
import { openOverhearing } from "./overhear.ts";
import type { Parts } from "./parts.ts";
import { keepProven, openProver } from "./prover.ts";
import { openSolicitations } from "./solicitations.ts";
import { openTftp } from "./tftp-server.ts";
import type { BootWorld, LeasingWorld } from "./world.ts";

export type Boot = {
  readonly stop: () => Promise<void>;
  /** Answers nobody new from now on; transfers that run go on, for a while. */
  readonly leave: () => Promise<Leaving>;
};
/** What goes on behind shut doors: `ended` when it is over, `stop` to break it off. */
export type Leaving = { readonly ended: Promise<void>; readonly stop: () => Promise<void> };
type Part = { readonly stop: () => Promise<void>; readonly leave?: () => Promise<void> };

/** 40 MB in lock-step of 512 bytes over 10 ms of round trip take 13 minutes. */
const MOST_LEAVING_MS = 15 * 60_000;

/**
 * Opens everything that answers on one segment, or nothing: what was open when one part failed is closed
 * again.
 */
export async function openBoot(given: BootWorld): Promise<Boot> {
  const { world, leasesOf, ground6, shared } = groundOf(given);
  const { clients, flaws, hush } = shared;
  const open: Part[] = [hush];
  const stop = async () => {
    for (const part of open.splice(0).reverse()) await part.stop();
  };
  try {
    const prover = world.leases === undefined ? undefined : await openProver(world);
    if (prover !== undefined) open.push(prover);
    const parts: Parts = { ...shared, prover };
    open.push(await openHttp(world, clients));
    open.push(await openTftp(world, clients, flaws));
    if (prover && world.leases) open.push(keepProven(world, world.leases, prover));
    open.push(await openSolicitations(world));
    open.push(await openOverhearing(world, parts));
    open.push(await openBootServer(world, parts));
    for (const openPart of partsOf6(world, parts, ground6)) open.push(await openPart());
    open.push(await openDhcp(world, parts, leasesOf)); // last: nobody is sent to a door that is not open yet
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop, leave: () => leave(open.splice(0).reverse()) };
}

/** What the doors of one segment stand on, before any is open. */
export function groundOf(given: BootWorld) {
  const { segment, now } = given;
  const { mode = "dhcp", quirks = [] } = segment;
  const finder = wayFinder({ mode, now, worked: given.worked ?? workedWays(), own: quirks });
  const leasesOf = given.leases === undefined ? neverLeasing : leasesByNetwork(given);
  const world = tellingProgress(given, finder, leasesOf);
  const neighbours = neighboursOn(segment.interface, now);
  const ground6 = groundOf6(given);
  const clients = knownClients({ macAt: whoHas(given, leasesOf, neighbours) }, ground6.whoHas);
  const crowd = crowdOn(now);
  const hush = hushOn(world, crowd);
  const shared: Omit<Parts, "prover"> = {
    clients,
    flaws: flawEvents(world),
    finder,
    neighbours,
    crowd,
    hush,
  };
  return { world, leasesOf, ground6, shared };
}

async function leave(open: readonly Part[]): Promise<Leaving> {
  const stop = async () => {
    for (const part of open) if (part.leave) await part.stop();
  };
  const limit = setTimeout(() => void stop(), MOST_LEAVING_MS);
  const lasting: Promise<void>[] = [];
  for (const part of open) {
    if (part.leave) lasting.push(part.leave());
    else await part.stop();
  }
  const ended = Promise.all(lasting).then(() => clearTimeout(limit));
  return { ended, stop };
}

/** Whoever asks for a file has understood how it was answered. */
function tellingProgress<W extends BootWorld>(world: W, finder: WayFinder, leasesOf: LeasesOf): W {
  const { segment, leases } = world;
  const all = leases === undefined ? [] : networksOf(segment).map(leasesOf);
  const fileFor: BootWorld["fileFor"] = (client, path) => {
    if (client.mac !== undefined) {
      finder.gotOn(client.mac);
      for (const its of all) its.gotOn(client.mac);
    }
    return world.fileFor(client, path);
  };
  return { ...world, fileFor };
}

const neverLeasing: LeasesOf = ({ subnet }) => {
  throw new Error(`a proxy leases nothing of ${subnet.address}`);
};

/** Each pool has leases of its own. */
function leasesByNetwork({ segment, leases, leasesOf, now }: LeasingWorld): LeasesOf {
  const make = leasesOf ?? (({ pool }: Network): Leases => memoryLeases(pool, now));
  const all = new Map<Network, Leases>([[segment, leases]]);
  for (const network of segment.relayed ?? []) all.set(network, make(network));
  return (network) => all.get(network)!;
}

function whoHas(world: BootWorld, leasesOf: LeasesOf, neighbours: Neighbours): Leases["macAt"] {
  if (world.leases === undefined) return neighbours.macAt;
  const networks = networksOf(world.segment);
  return (address: Ipv4) => {
    const network = networks.find(({ subnet }) => contains(subnet, address));
    return network === undefined ? undefined : leasesOf(network).macAt(address);
  };
}
