import type { AgentAnswers, AgentQuestion, FromAgent } from "../api/agent.ts";
import type { Machine, Story } from "../api/shapes.ts";
import type { Answer, Asked } from "../api/table.ts";
import type { Observed } from "../base/event.ts";
import { Fault } from "../base/fault.ts";
import { counted } from "../base/text.ts";
import { size } from "../base/units.ts";
import { readPublicKey } from "../hand/core/door.ts";
import { disksOf, diskWords } from "../hand/core/imaging/disk-plan.ts";
import { type Inventory, readInventory } from "../hand/core/inventory.ts";
import { INVENTORY_SCRIPT } from "../hand/core/inventory-script.ts";
import type { Json } from "../story/core/story.ts";
import type { Keeps } from "./needs.ts";
import { refuse } from "./refuse.ts";
import type { Stories } from "./stories.ts";

type Hand = Extract<FromAgent, { is: "hand" }>;
export type HandDeskNeeds = {
  readonly store: Keeps;
  readonly ask: <Q extends AgentQuestion>(segment: string, question: Q) => Promise<AgentAnswers[Q["ask"]]>;
  readonly machine: (name: string) => Promise<Machine>;
  readonly armPlan: (asked: Asked<"armPlan">, by: string) => Promise<Machine>;
  readonly stories: () => Stories;
  readonly now: () => number;
  readonly note: (event: Observed) => void;
  readonly troubled: (error: unknown) => void;
};
const INVENTORY_WITHIN_MS = 5 * 60_000;

/** What live hands are asked for by us: what is in their machines, and to let somebody in. */
export class HandDesk {
  readonly #needs: HandDeskNeeds;
  readonly #standing = new Map<string, Hand>();
  readonly #looking = new Set<string>();

  constructor(needs: HandDeskNeeds) {
    this.#needs = needs;
  }

  /** A hand stands, or its agent tells again that it does: what was not read in this boot is read. */
  heard(hand: Hand): void {
    this.#standing.set(hand.machine, hand);
    const key = `${hand.machine} ${hand.boot}`;
    if (this.#looking.has(key)) return;
    this.#looking.add(key);
    void this.#look(hand)
      .catch(this.#needs.troubled) // tried again when the agent tells of it the next time
      .finally(() => this.#looking.delete(key));
  }

  readonly addressOf = (machine: string): string | undefined => this.#standing.get(machine)?.address;

  readonly inventory = async ({ name }: Asked<"machineInventory">): Promise<Answer<"machineInventory">> => {
    await this.#needs.store.machine(name); // unknown ones are told so
    const found = await this.#needs.store.foundIn(name);
    return { inventory: found && ({ ...(found.told as object), readAt: found.readAt } as never) };
  };

  readonly rescue = async ({ name, key, now }: Asked<"rescue">, by: string): Promise<Story> => {
    const read = readPublicKey(key);
    if (!read.ok)
      throw new Fault("use.wrong", { what: `The key cannot be taken: ${read.flaw}.`, verb: "rescue" });
    const story = await this.#armed("rescue", { name, now, by }, { key: read.value });
    this.#needs.note({
      ...{ kind: "rescue.asked", at: this.#needs.now(), machine: name, detail: { story: story.id, by } },
      says: `${by} asked for a rescue of ${name}`,
    });
    return story;
  };

  readonly wipe = async (asked: Asked<"wipe">, by: string): Promise<Story> => {
    const { name, disks, method, readBack, now } = asked;
    await this.#needs.store.machine(name); // unknown ones are told so
    const known = (await this.#needs.store.foundIn(name))?.told as Inventory | undefined;
    // what no hand saw yet is looked for when one stands
    const found = disksOf(known?.disks ?? disks.map(unseen), disks);
    if (!found.ok) throw new Fault("wipe.disks", { name, why: found.flaw });
    const story = await this.#armed("wipe", { name, now, by }, { disks, method, readBack });
    const which = known === undefined ? disks.join(" and ") : diskWords({ disks: found.value });
    const detail = { story: story.id, by, disks: [...disks] };
    const says = `${by} asked that ${which} of ${name} be erased (${method})`;
    this.#needs.note({ kind: "wipe.asked", at: this.#needs.now(), machine: name, says, detail });
    return story;
  };

  /** A story that begins with the live hand: armed, and booted now or by whoever goes there. */
  async #armed(
    kind: string,
    { name, now, by }: { readonly name: string; readonly now: boolean; readonly by: string },
    wish: { readonly [key: string]: Json },
  ): Promise<Story> {
    const { armPlan, stories, store, machine } = this.#needs;
    if (now) refuse("boot", await machine(name));
    await stories().refuseBeside(name);
    const since = (await store.timeline(name, { limit: 1 })).at(-1)?.id ?? 0;
    const { plan } = await armPlan({ name, plan: "live", now: false }, by);
    return stories().ask(kind, { machine: name, by }, { machine: name, plan: plan!.id, now, since, ...wish });
  }

  async #look({ machine, boot }: Hand): Promise<void> {
    const { store, ask, now } = this.#needs;
    if ((await store.foundIn(machine))?.boot === boot) return;
    const { segment } = await store.machine(machine);
    const errand = { id: "inventory", script: INVENTORY_SCRIPT, withinMs: INVENTORY_WITHIN_MS };
    const { output } = await ask(segment, { ask: "errand", machine, ...errand });
    const read = readInventory(output);
    if (!read.ok) throw new Error(`the inventory of ${machine} cannot be read: ${read.flaw}`);
    await store.keepFound(machine, { boot, readAt: now(), told: read.value as never });
    const says = `${machine} has ${inWords(read.value)}`;
    this.#needs.note({ kind: "hand.inventory", at: now(), machine, says, detail: { boot } });
  }
}

const unseen = (serial: string, place: number) => ({ name: `${place}`, serial, wwn: null, bytes: 0 });

function inWords({ cpu, memory, disks, nics }: Inventory): string {
  const failing = disks.filter(({ health }) => health.is === "failing").length;
  const trouble = failing === 0 ? "" : `, ${failing} of them failing`;
  return `${counted(cpu.threads, "thread")}, ${size(memory.bytes)}, ${counted(disks.length, "disk")}${trouble}, ${counted(nics.length, "card")}`;
}
