import { isStale } from "../agent/core/choice.ts";
import type { KnownMachine } from "../api/agent.ts";
import type { Machine, Plan } from "../api/shapes.ts";
import type { Attached } from "./agents.ts";
import type { Keeps, KeptMachine } from "./needs.ts";

type LessonsNeeds = {
  readonly store: Keeps;
  readonly agentOf: (segment: string) => Attached | undefined;
  readonly now: () => number;
};

export type Everyone = {
  readonly planOf: (name: string) => Plan | null;
  readonly waysOf: (name: string) => Machine["ways"];
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
    return this.#fresh((await this.#needs.store.planOf(name)) ?? undefined);
  }

  /** What is true of all machines, asked at once. */
  async everyone(): Promise<Everyone> {
    const [plans, ways] = await Promise.all([this.#needs.store.plans(), this.#needs.store.ways()]);
    return { planOf: (name) => this.#fresh(plans.get(name)), waysOf: (name) => ways.get(name) ?? [] };
  }

  #fresh(plan: Plan | undefined): Plan | null {
    return plan === undefined || isStale(plan, this.#needs.now()) ? null : plan;
  }

  async #tell(segment: string): Promise<void> {
    const { store, agentOf } = this.#needs;
    const machines = (await store.machines()).filter((machine) => machine.segment === segment);
    const everyone = await this.everyone();
    const known = await Promise.all(machines.map((machine) => this.#known(machine, everyone)));
    agentOf(segment)?.send({ do: "know", machines: known });
  }

  async #known(machine: KeptMachine, { planOf, waysOf }: Everyone): Promise<KnownMachine> {
    const { store } = this.#needs;
    const { name, macs, firmware, serial, redirected, loader } = machine;
    const plan = planOf(name);
    const bmc = machine.bmc && (await store.bmcLogin(name));
    const preseed = plan?.preseed ? await store.preseedOf(name) : null;
    return {
      ...{ name, macs: [...macs], firmware, serial, redirected, loader, bmc, plan, ways: [...waysOf(name)] },
      ...(preseed !== null && { preseed }),
    };
  }
}
