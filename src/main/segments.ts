import { networkInterfaces } from "node:os";
import { memoryPair } from "../agent/wires.ts";
import type { Segment as SegmentTold } from "../api/agent.ts";
import { Fault, reason } from "../base/fault.ts";
import { broadcastOf, ipv4At, ipv4Number, networkOf, readSubnet4, type Subnet4 } from "../base/ipv4.ts";
import { must } from "../base/read.ts";
import type { Quirk } from "../boot/core/strategy/quirks.ts";
import type { Desk } from "../machine/desk.ts";
import type { SegmentSettings, Settings } from "../settings/core/settings.ts";
import { ownQuirks } from "./own-quirks.ts";
import { openSegmentAgent } from "./segment-agent.ts";
import type { ServedMirror } from "./served-mirror.ts";

type Wanted = {
  readonly told: SegmentTold;
  readonly quirks: readonly Quirk[];
  readonly mirrorPort: number | null; // null: no mirror there
};
type Asked = Pick<Settings, "segment" | "quirk" | "mirror">;
type Open = { readonly as: string; stop(): Promise<void> };

/** The segments that this process attends to itself, each with an agent over the protocol in memory. */
export class Segments {
  readonly #state: string;
  readonly #desk: Desk;
  readonly #mirror: ServedMirror;
  readonly #open = new Map<string, Open>();
  #applying: Promise<unknown> = Promise.resolve();

  constructor(state: string, desk: Desk, mirror: ServedMirror) {
    this.#state = state;
    this.#desk = desk;
    this.#mirror = mirror;
  }

  /** Makes it so: those that stay as they are go on untouched. Tells what changed; the first trouble is thrown last. */
  apply(wanted: Asked): Promise<string> {
    const done = this.#applying.then(() => this.#apply(wanted));
    this.#applying = done.catch(() => {}); // whoever asked for it hears of it
    return done;
  }

  async stop(): Promise<void> {
    await this.#applying;
    await Promise.all([...this.#open.values()].map((open) => open.stop()));
  }

  async #apply({ segment, quirk, mirror }: Asked): Promise<string> {
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
      if (open.as === written(wanted.get(name))) continue;
      await open.stop();
      this.#open.delete(name);
      if (!wanted.has(name)) changes.push(`${name} ended`);
    }
    for (const [name, one] of wanted) {
      if (this.#open.has(name)) continue;
      try {
        const mirrorWords = await this.#start(one);
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
    const { told: segment, quirks, mirrorPort } = wanted;
    const { agent, macAt, stop } = await openSegmentAgent({
      ...{ name: segment.name, segment, quirks, declares: [], shared: true, state: this.#state },
    });
    const ends = memoryPair();
    this.#desk.meet(ends.service);
    void agent.serve(ends.agent);
    const door =
      mirrorPort === null
        ? undefined
        : await this.#mirror.openDoor(segment, { observe: agent.observe, macAt });
    this.#open.set(segment.name, {
      as: written(wanted),
      stop: async () => {
        await door?.stop();
        await stop();
      },
    });
    return door === undefined ? "" : `, ${door.says}`;
  }
}

const written = (wanted: Wanted | undefined): string => JSON.stringify(wanted ?? null);

function toldOf(one: SegmentSettings): SegmentTold {
  const here = (networkInterfaces()[one.interface] ?? []).find(({ family }) => family === "IPv4");
  if (here === undefined || here.cidr === null) throw new Fault("boot.no-interface", { name: one.interface });
  const { name, interface: on, mode, image, unknown, routers, lease, reservation } = one;
  return {
    ...{ name, interface: on, mode, image, unknown, routers },
    subnet: here.cidr,
    pool: one.pool ?? upperHalf(must(readSubnet4(here.cidr))),
    leaseSeconds: Math.round(lease / 1000),
    nameServers: one["name-servers"],
    answerSolicitations: one["answer-solicitations"] ?? mode === "dhcp",
    relayed: one.relayed.map((behind) => ({
      ...behind,
      subnet: `${behind.subnet.address}/${behind.subnet.prefix}`,
    })),
    reservations: reservation,
  };
}

/** The subnet's upper half, less its broadcast address. */
function upperHalf(subnet: Subnet4): { from: string; to: string } {
  const [first, last] = [ipv4Number(networkOf(subnet)), ipv4Number(broadcastOf(subnet))];
  return { from: ipv4At(first + Math.ceil((last - first) / 2)), to: ipv4At(last - 1) };
}
