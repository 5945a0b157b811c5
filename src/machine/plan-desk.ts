import type { AgentQuestion } from "../api/agent.ts";
import type { ImageCheck, Machine } from "../api/shapes.ts";
import type { Asked } from "../api/table.ts";
import type { Observed } from "../base/event.ts";
import { checkEvent, imageFor } from "./image-words.ts";
import type { DeskNeeds } from "./needs.ts";
import { refuse } from "./refuse.ts";

export type PlanDeskNeeds = Pick<DeskNeeds, "store" | "now" | "listImages" | "requireImage"> & {
  readonly ask: (segment: string, question: Extract<AgentQuestion, { ask: "bootOnce" }>) => Promise<unknown>;
  readonly machine: (name: string) => Promise<Machine>;
  readonly teach: (segment: string) => Promise<void>;
  readonly changed: (name: string) => Promise<Machine>;
  readonly note: (event: Observed) => void;
};

/** What machines boot the next time. */
export class PlanDesk {
  readonly #needs: PlanDeskNeeds;

  constructor(needs: PlanDeskNeeds) {
    this.#needs = needs;
  }

  readonly arm = async (asked: Asked<"armPlan">, by: string): Promise<Machine> => {
    const { name, plan: kind, preseed, now } = asked;
    const { store, note } = this.#needs;
    const machine = await this.#needs.machine(name);
    if (now) refuse("boot", machine);
    const at = this.#needs.now();
    const image = imageFor(asked);
    if (image !== null) await this.#needs.requireImage(image, kind);
    const plan = await store.armPlan(name, { kind, image, preseed, by });
    const answers = preseed === undefined ? "" : ", with a preseed";
    const says = `The boot plan ${kind}${image === null ? "" : ` (${image})`} is armed for ${name}${answers}`;
    const detail = { plan: kind, id: plan.id, image, by: plan.by, ...(preseed && { preseed: true }) };
    note({ kind: "plan.armed", at, machine: name, says, detail });
    if (image !== null) await this.#warnOf(image, machine);
    await this.#needs.teach(machine.segment);
    if (now) await this.#needs.ask(machine.segment, { ask: "bootOnce", machine: name });
    return this.#needs.changed(name);
  };

  readonly checkOf = async (image: string): Promise<ImageCheck | null> =>
    (await this.#needs.listImages()).find(({ name }) => name === image)?.check ?? null;

  async #warnOf(image: string, { name, firmware }: Machine): Promise<void> {
    const event = checkEvent(image, { name, firmware }, await this.checkOf(image));
    if (event !== undefined) this.#needs.note({ ...event, at: this.#needs.now() });
  }
}
