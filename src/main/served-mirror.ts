import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Segment as SegmentTold } from "../api/agent.ts";
import type { MirrorStatus } from "../api/shapes.ts";
import type { Observed } from "../base/event.ts";
import { Fault, reason } from "../base/fault.ts";
import { readSubnet4 } from "../base/ipv4.ts";
import { must } from "../base/read.ts";
import type { Leases } from "../boot/core/leases.ts";
import { chooseMirror } from "../image/choose-mirror.ts";
import { readRelease } from "../image/core/release-file.ts";
import { verifySigned } from "../image/gpgv.ts";
import { systemArchives } from "../image/system-mirror.ts";
import { Cache } from "../mirror/cache.ts";
import { mayBePrivate, type Rules } from "../mirror/core/route.ts";
import { mirrorUrls } from "../mirror/core/urls.ts";
import { Mirror } from "../mirror/mirror.ts";
import { openDoor } from "../mirror/open-door.ts";
import { Promises, type Vouch } from "../mirror/promises.ts";
import { Upstream } from "../mirror/upstream.ts";
import type { MirrorSettings } from "../settings/core/settings.ts";

type Door = { readonly says: string; stop(): Promise<void> };
type Around = { readonly observe: (event: Observed) => void; readonly macAt: Leases["macAt"] };
type Shown = MirrorStatus["doors"][number];

/** The one mirror of this process, with a door on each segment that wants it. It opens with the first door. */
export class ServedMirror {
  readonly #state: string;
  readonly #via = `rackhand-${randomBytes(4).toString("hex")}`;
  readonly #doors = new Map<string, Shown>();
  #settings: MirrorSettings | undefined;
  #mirror: Promise<Mirror> | undefined;
  #open: Mirror | undefined;

  constructor(state: string) {
    this.#state = state;
  }

  /** What has changed holds from the next request on; the port, from the door's next opening. */
  async configure(settings: MirrorSettings): Promise<void> {
    this.#settings = settings;
    if (this.#open === undefined) return;
    this.#open.rules = await rulesOf(settings);
    this.#open.cache.mostBytes = settings.cache;
  }

  /** What keeps it shut is a fault on the timeline, and no reason not to boot machines. */
  async openDoor(segment: SegmentTold, around: Around): Promise<Door> {
    try {
      return await this.#openDoor(segment, around);
    } catch (error) {
      const [says, detail] =
        error instanceof Fault
          ? [error.says, { fault: error.id, remedy: error.remedy }]
          : [`The mirror does not open: ${reason(error)}.`, {}];
      around.observe({ kind: "fault", at: Date.now(), says, detail });
      return { says: `without a mirror (${says})`, stop: async () => {} };
    }
  }

  status(): MirrorStatus | null {
    const open = this.#open;
    if (open === undefined || this.#doors.size === 0) return null;
    return {
      doors: [...this.#doors.values()],
      archives: [...open.rules.archives],
      cache: { ...open.cache.held, mostBytes: open.cache.mostBytes },
      served: open.counts,
      outages: [...open.outages],
    };
  }

  async stop(): Promise<void> {
    await this.#open?.stop();
  }

  async #openDoor(segment: SegmentTold, { observe, macAt }: Around): Promise<Door> {
    const { port } = this.#settings!;
    const subnet = must(readSubnet4(segment.subnet));
    const relayed = segment.relayed.map((behind) => must(readSubnet4(behind.subnet)));
    this.#mirror ??= this.#openMirror();
    const door = await openDoor({
      ...{ mirror: await this.#mirror, port, observe, macAt, via: this.#via, now: Date.now },
      ...{ address: subnet.address, subnets: [subnet, ...relayed] },
    });
    const urls = mirrorUrls(subnet.address, door.port);
    this.#doors.set(segment.name, { segment: segment.name, ...urls });
    const stop = async () => {
      this.#doors.delete(segment.name);
      await door.stop();
    };
    return { says: `mirror at ${urls.proxy}`, stop };
  }

  async #openMirror(): Promise<Mirror> {
    const settings = this.#settings!;
    const rules = await rulesOf(settings);
    const directory = join(this.#state, "mirror");
    const cache = await new Cache({ directory, mostBytes: settings.cache, now: Date.now }).open();
    const upstream = new Upstream({
      via: `1.1 ${this.#via}`,
      mayBePrivate: (origin) => mayBePrivate(origin, this.#open!.rules),
    });
    this.#open = new Mirror(rules, { cache, upstream, promises: new Promises(cache, vouch), now: Date.now });
    return this.#open;
  }
}

/** What Debian signed, or who signs the mirror of this machine's own apt. */
const vouch: Vouch = async (inRelease) => {
  const { keyrings } = await chooseMirror({});
  const signed = await verifySigned(inRelease, keyrings);
  const release = signed.is === "good" ? readRelease(signed.text) : undefined;
  if (!release?.ok) return undefined;
  return new Map([...release.value.files].map(([path, { sha256 }]) => [path, sha256]));
};

async function rulesOf({ archives, hosts, tunnels }: MirrorSettings): Promise<Rules> {
  const named = Object.entries(archives).map(([name, url]) => ({ name, url: url.replace(/\/+$/, "") }));
  const others = (await systemArchives()).filter(({ name }) => archives[name] === undefined);
  return { archives: [...named, ...others], hosts, tunnels };
}
