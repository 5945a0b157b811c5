import type { ConsoleAsk } from "../api/console.ts";
import type { Machine } from "../api/shapes.ts";
import type { Asked, Frame } from "../api/table.ts";
import { Fault } from "../base/fault.ts";
import type { Attached } from "./agents.ts";

type Send = (frame: Frame<"console">) => void;
type Needs = {
  readonly newId: () => string;
  readonly machine: (name: string) => Promise<Machine>;
  readonly agentOf: (segment: string) => Pick<Attached, "send"> | undefined;
};

/** Who watches which console, wherever its agent is. */
export class Viewers {
  readonly #needs: Needs;
  readonly #watching = new Map<string, Send>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** The agent's first frame is the screen. */
  async attach({ name, who }: Asked<"console">, send: Send) {
    const machine = await this.#needs.machine(name);
    const agent = this.#needs.agentOf(machine.segment);
    if (agent === undefined) throw new Fault("machine.no-agent", { segment: machine.segment, name });
    if (machine.bmc === null) throw new Fault("machine.no-bmc", { name });
    const viewer = this.#needs.newId();
    this.#watching.set(viewer, send);
    agent.send({ do: "watch", viewer, machine: name, who });
    return {
      hear: (ask: ConsoleAsk) => agent.send({ ...ask, viewer }),
      close: () => {
        this.#watching.delete(viewer);
        agent.send({ do: "unwatch", viewer });
      },
    };
  }

  readonly said = (viewer: string, say: Frame<"console">): void => this.#watching.get(viewer)?.(say);
}
