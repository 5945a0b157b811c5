import { networkInterfaces } from "node:os";
import { memoryPair } from "../agent/wires.ts";
import type { Segment as SegmentTold } from "../api/agent.ts";
import { Fault, reason } from "../base/fault.ts";
import { broadcastOf, ipv4At, ipv4Number, networkOf, readSubnet4, type Subnet4 } from "../base/ipv4.ts";
import { must } from "../base/read.ts";
import type { Quirk } from "../boot/core/strategy/quirks.ts";
import { withOwn } from "../console/core/own-rule.ts";
import { RETENTION } from "../console/keeper.ts";
import type { Desk } from "../machine/desk.ts";
import type { SegmentSettings, Settings } from "../settings/core/settings.ts";
import { ownCommands } from "./own-commands.ts";
import { ownQuirks } from "./own-quirks.ts";
import { openSegmentAgent, type SegmentAgent } from "./segment-agent.ts";
import type { ServedMirror } from "./served-mirror.ts";
import { toldIpv6 } from "./told-ipv6.ts";

type Wanted = {
  readonly told: SegmentTold;
  readonly quirks: readonly Quirk[];
  readonly mirrorPort: number | null; // null: no mirror there
};
type Asked = Pick<Settings, "segment" | "quirk" | "mirror" | "commands" | "sightings" | "consoles">;
type Door = Awaited<ReturnType<ServedMirror["openDoor"]>>;
type Open = { readonly agent: SegmentAgent; wanted: Wanted; door: Door | undefined };

/** The segments that this process attends to itself, each with an agent over the protocol in memory. */
export class Segments {
  readonly #state: string;
  readonly #desk: Desk;
  readonly #mirror: ServedMirror;
  readonly #open = new Map<string, Open>();
  #commands: Settings["commands"] = {};
  #rules = withOwn([]);
  #retention = RETENTION;
  #applying: Promise<unknown> = Promise.resolve();

  constructor(state: string, desk: Desk, mirror: ServedMirror) {
    this.#state = state;
    this.#desk = desk;
    this.#mirror = mirror;
  }

  /**
   * Makes it so: those that stay as they are go on untouched, and of those that change in place, consoles
   * and transfers do. Tells what changed; the first trouble is thrown last.
   */
  apply(wanted: Asked): Promise<string> {
    const done = this.#applying.then(() => this.#apply(wanted));
    this.#applying = done.catch(() => {}); // whoever asked for it hears of it
    return done;
  }

  async stop(): Promise<void> {
    await this.#applying;
    await Promise.all([...this.#open.values()].map(stop));
  }

  async #apply({ segment, quirk, mirror, commands, sightings, consoles }: Asked): Promise<string> {
    this.#commands = commands;
    this.#rules = withOwn(sightings);
    this.#retention = { olderThanMs: consoles.keep, mostBytes: consoles.most };
    await this.#mirror.configure(mirror);
    const wanted = new Map(
      segment.map((one): [string, Wanted] => {
        const mirrorPort = (one.mirror ?? one.mode === "dhcp") ? mirror.port : null;
        return [one.name, { told: toldOf(one), quirks: ownQuirks(quirk, one.mode), mirrorPort }];
      }),
    );
    const changes: string[] = [];
    const troubles: unknown[] = [];
    for (const [name, open] of this.#open) {
      const one = wanted.get(name);
      if (one !== undefined && placeOf(one) === placeOf(open.wanted)) continue;
      await stop(open);
      this.#open.delete(name);
      if (one === undefined) changes.push(`${name} ended`);
    }
    for (const [name, one] of wanted) {
      const open = this.#open.get(name);
      if (open !== undefined && written(open.wanted) === written(one)) continue;
      try {
        const mirrorWords = await (open === undefined ? this.#start(one) : this.#change(open, one));
        changes.push(`${name} answers on ${one.told.interface}, ${one.told.subnet}${mirrorWords}`);
      } catch (error) {
        troubles.push(error);
      }
    }
    if (troubles.length > 0)
      throw troubles[0] instanceof Fault ? troubles[0] : new Error(reason(troubles[0]));
    return changes.length === 0 ? "Nothing changed" : changes.join("; ");
  }

  /** Ends with what is to be said of the mirror: a segment boots without it too. */
  async #start(wanted: Wanted): Promise<string> {
    const { told: segment, quirks } = wanted;
    const agent = await openSegmentAgent({
      ...{ name: segment.name, segment, quirks, declares: [], shared: true, state: this.#state },
      commands: () => ownCommands(this.#commands),
      rules: () => this.#rules,
      retention: () => this.#retention,
    });
    const ends = memoryPair();
    this.#desk.meet(ends.service);
    void agent.agent.serve(ends.agent);
    const open: Open = { agent, wanted, door: undefined };
    this.#open.set(segment.name, open);
    return this.#openDoor(open);
  }

  /** The mirror's door stays open, unless it is another. */
  async #change(open: Open, wanted: Wanted): Promise<string> {
    try {
      await open.agent.change({ segment: wanted.told, quirks: wanted.quirks });
    } catch (error) {
      if (!open.agent.answers()) {
        this.#open.delete(open.wanted.told.name); // the next reload starts it anew
        await stop(open);
      }
      throw error;
    }
    const isSame = doorOf(open.wanted) === doorOf(wanted);
    open.wanted = wanted;
    if (isSame) return "";
    await open.door?.stop();
    return this.#openDoor(open);
  }

  async #openDoor(open: Open): Promise<string> {
    const { agent, macAt } = open.agent;
    const { told, mirrorPort } = open.wanted;
    const around = { observe: agent.observe, macAt };
    open.door = mirrorPort === null ? undefined : await this.#mirror.openDoor(told, around);
    return open.door === undefined ? "" : `, ${open.door.says}`;
  }
}

async function stop({ door, agent }: Open): Promise<void> {
  await door?.stop();
  await agent.stop();
}

const written = (wanted: Wanted): string => JSON.stringify(wanted);
/** A segment that moves is another one. */
const placeOf = ({ told }: Wanted): string => `${told.interface} ${told.subnet}`;
/** What the mirror's door depends on. */
const doorOf = ({ told, mirrorPort }: Wanted): string =>
  JSON.stringify([mirrorPort, told.relayed.map(({ subnet }) => subnet)]);

function toldOf(one: SegmentSettings): SegmentTold {
  const here = (networkInterfaces()[one.interface] ?? []).find(({ family }) => family === "IPv4");
  if (here === undefined || here.cidr === null) throw new Fault("boot.no-interface", { name: one.interface });
  const ipv6 = toldIpv6(one);
  const { name, interface: on, mode, image, unknown, routers, lease, reservation } = one;
  return {
    ...{ name, interface: on, mode, image, unknown, routers },
    subnet: here.cidr,
    pool: one.pool ?? upperHalf(must(readSubnet4(here.cidr))),
    leaseSeconds: Math.round(lease / 1000),
    nameServers: one["name-servers"],
    otherServers: one["other-servers"],
    // where IPv6 is served there is a router, and hosts believe what it says
    answerSolicitations: one["answer-solicitations"] ?? (mode === "dhcp" && ipv6 === undefined),
    ...(ipv6 ? { ipv6 } : {}),
    relayed: one.relayed.map(({ subnet, pool, routers: through }) => {
      return { subnet: `${subnet.address}/${subnet.prefix}`, pool, routers: through };
    }),
    reservations: reservation,
  };
}

/** The subnet's upper half, less its broadcast address. */
function upperHalf(subnet: Subnet4): { from: string; to: string } {
  const [first, last] = [ipv4Number(networkOf(subnet)), ipv4Number(broadcastOf(subnet))];
  return { from: ipv4At(first + Math.ceil((last - first) / 2)), to: ipv4At(last - 1) };
}
