import { isStale } from "../agent/core/choice.ts";
import type { KnownMachine } from "../api/agent.ts";
import type { Plan } from "../api/shapes.ts";
import type { Attached } from "./agents.ts";
import type { Keeps, KeptMachine } from "./needs.ts";

type LessonsNeeds = {
  readonly store: Keeps;
  readonly agentOf: (segment: string) => Attached | undefined;
  readonly now: () => number;
};

/** What agents must know of their machines, taught anew whenever the record changes. */
export class Lessons {
  readonly #needs: LessonsNeeds;
  #last: Promise<void> = Promise.resolve();

  constructor(needs: LessonsNeeds) {
    this.#needs = needs;
  }

  /** One lesson after the other, so that the last is the newest. */
  teach(segment: string): Promise<void> {
    const lesson = this.#last.then(() => this.#tell(segment));
    this.#last = lesson.catch(() => {});
    return lesson;
  }

  /** A stale arming is none. */
  async planOf(name: string): Promise<Plan | null> {
    const plan = await this.#needs.store.planOf(name);
    return plan !== null && isStale(plan, this.#needs.now()) ? null : plan;
  }

  async #tell(segment: string): Promise<void> {
    const { store, agentOf } = this.#needs;
    const machines = (await store.machines()).filter((machine) => machine.segment === segment);
    const known = await Promise.all(machines.map((machine) => this.#known(machine)));
    agentOf(segment)?.send({ do: "know", machines: known });
  }

  async #known({ declaredBy: _, segment: __, macs, ...machine }: KeptMachine): Promise<KnownMachine> {
    const { store } = this.#needs;
    const { name } = machine;
    const [bmc, plan, preseed, ways] = await Promise.all([
      store.bmcLogin(name),
      this.planOf(name),
      store.preseedOf(name),
      store.waysOf(name),
    ]);
    return { ...machine, macs: [...macs], bmc, plan, ways, ...(preseed !== null && { preseed }) };
  }
}
