import type { Answer, Asked } from "../api/table.ts";
import { Fault } from "../base/fault.ts";
import type { Agents } from "./agents.ts";
import type { Keeps } from "./needs.ts";

type Needs = {
  readonly store: Pick<Keeps, "machine" | "machines">;
  readonly agents: () => Agents;
  readonly now: () => number;
};
const HOUR_MS = 3_600_000;

/** Recordings stay with the agents that made them, and are asked from them. */
export class RecordingDesk {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  readonly list = async ({ name }: Asked<"listRecordings">): Promise<Answer<"listRecordings">> =>
    this.#needs.agents().ask(await this.#segment(name), { ask: "recordings", machine: name });

  readonly index = async ({ name, file }: Asked<"recordingIndex">): Promise<Answer<"recordingIndex">> =>
    this.#needs.agents().ask(await this.#segment(name), { ask: "recordingIndex", machine: name, file });

  readonly read = async (asked: Asked<"readRecording">): Promise<Answer<"readRecording">> => {
    const { name, screen, ...rest } = asked;
    const question = { ask: "readRecording", machine: name, screen: screen === "yes", ...rest } as const;
    return this.#needs.agents().ask(await this.#segment(name), question);
  };

  readonly log = async ({ name, ...span }: Asked<"consoleLog">): Promise<Answer<"consoleLog">> =>
    this.#log(await this.#segment(name), name, { ...span, since: span.since ?? this.#needs.now() - HOUR_MS });

  /** One machine after another: what is searched is large, and who asks wants the first lines soon. */
  readonly search = async (asked: Asked<"searchConsoles">): Promise<Answer<"searchConsoles">> => {
    const { machine, limit, ...span } = asked;
    const machines =
      machine === undefined ? await this.#needs.store.machines() : [await this.#needs.store.machine(machine)];
    const found: Answer<"searchConsoles">["found"] = [];
    const unread: string[] = [];
    for (const { name, segment } of machines) {
      if (found.length >= limit) break;
      try {
        const { lines } = await this.#log(segment, name, { since: 0, ...span, limit: limit - found.length });
        found.push(...lines.map((line) => ({ machine: name, ...line })));
      } catch (error) {
        if (!(error instanceof Fault) || error.id !== "machine.no-agent") throw error;
        unread.push(name);
      }
    }
    return { found, unread };
  };

  #log(segment: string, machine: string, span: Omit<Asked<"consoleLog">, "name">) {
    return this.#needs.agents().ask(segment, { ask: "consoleLog", machine, ...span });
  }

  async #segment(name: string): Promise<string> {
    return (await this.#needs.store.machine(name)).segment;
  }
}
