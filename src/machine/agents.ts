import type { AgentAnswers, AgentQuestion, FromAgent, KnownMachine, Segment, ToAgent } from "../api/agent.ts";
import type { ServiceEnd } from "../api/wire.ts";
import type { Observed } from "../base/event.ts";
import { Fault, toldFault } from "../base/fault.ts";
import { errandTakesMs } from "../hand/core/errand.ts";

type Hello = Extract<FromAgent, { is: "hello" }>;
type Said = Exclude<FromAgent, { is: "hello" | "answered" | "failed" }>;
export type AgentsNeeds = {
  readonly met: (agent: Attached) => Promise<void>;
  readonly said: (agent: Attached, message: Said) => void;
  readonly left: (agent: Attached, why: string) => void;
  readonly troubled: (error: unknown) => void; // an agent could not be met
  readonly now: () => number;
  readonly asked: (question: string, tookMs: number, fine: boolean) => void; // for the counts
};
export type Attached = {
  readonly name: string;
  readonly run: string;
  readonly segment: Segment;
  readonly declares: readonly KnownMachine[];
  send(message: ToAgent): void;
};

const ANSWER_WITHIN_MS = 160_000; // a BMC may take 60 s to confirm an act, and `soft-or-off` is two
const answerWithinMs = (question: AgentQuestion): number =>
  question.ask === "errand"
    ? errandTakesMs(question.withinMs)
    : ANSWER_WITHIN_MS + (question.ask === "act" ? (question.softSeconds ?? 0) * 1000 : 0);

/** The agents that are attached now, by segment; the last one that came for a segment speaks for it. */
export class Agents {
  readonly #needs: AgentsNeeds;
  readonly #bySegment = new Map<string, Attached>();
  readonly #asked = new Map<number, { agent: Attached; settle: (message: FromAgent | Fault) => void }>();
  readonly #ends = new Set<ServiceEnd>();
  #lastId = 0;

  constructor(needs: AgentsNeeds) {
    this.#needs = needs;
  }

  /** Speaks with whatever dialled; the first message must be its hello. */
  meet(end: ServiceEnd): void {
    let agent: Attached | undefined;
    this.#ends.add(end);
    end.listen({
      message: (message) => {
        if (message.is === "hello") {
          agent = { ...named(message), send: (out) => end.send(out) };
          this.#bySegment.set(agent.segment.name, agent);
          void this.#needs.met(agent).catch((error: unknown) => {
            this.#needs.troubled(error);
            end.close(); // it dials again
          });
        } else if (agent === undefined) end.close();
        else if (message.is === "answered" || message.is === "failed")
          this.#asked.get(message.id)?.settle(message);
        else this.#needs.said(agent, message);
      },
      closed: (why) => {
        this.#ends.delete(end);
        if (agent !== undefined) this.#left(agent, why);
      },
    });
  }

  of(segment: string): Attached | undefined {
    return this.#bySegment.get(segment);
  }

  hangUp(): void {
    for (const end of this.#ends) end.close();
  }

  all(): Attached[] {
    return [...this.#bySegment.values()];
  }

  ask<Q extends AgentQuestion>(segment: string, question: Q): Promise<AgentAnswers[Q["ask"]]> {
    const agent = this.of(segment);
    if (agent === undefined)
      return Promise.reject(new Fault("machine.no-agent", { segment, name: question.machine }));
    const id = ++this.#lastId;
    const began = this.#needs.now();
    return new Promise((resolve, reject) => {
      const late = new Fault("service.failed", { why: `the agent of ${segment} did not answer in time` });
      const timer = setTimeout(() => settle(late), answerWithinMs(question));
      const settle = (message: FromAgent | Fault) => {
        clearTimeout(timer);
        this.#asked.delete(id);
        const fine = !(message instanceof Fault) && message.is === "answered";
        this.#needs.asked(question.ask, this.#needs.now() - began, fine);
        if (message instanceof Fault) reject(message);
        else if (message.is === "answered") resolve(message.value as AgentAnswers[Q["ask"]]);
        else if (message.is === "failed") reject(toldFault(message.fault));
      };
      this.#asked.set(id, { agent, settle });
      agent.send({ do: "answer", id, question });
    });
  }

  #left(agent: Attached, why: string): void {
    for (const asked of [...this.#asked.values()]) {
      if (asked.agent !== agent) continue;
      asked.settle(
        new Fault("service.failed", { why: `the agent of ${agent.segment.name} went away: ${why}` }),
      );
    }
    if (this.#bySegment.get(agent.segment.name) !== agent) return;
    this.#bySegment.delete(agent.segment.name);
    this.#needs.left(agent, why);
  }
}

const named = ({ agent, run, segment, declares }: Hello) => ({ name: agent, run, segment, declares });

export const agentEvent = (
  kind: "agent.attached" | "agent.lost",
  at: number,
  agent: Attached,
  why = "",
): Observed => {
  const went = why === "" ? "" : `: ${why}`;
  const says = `The agent ${agent.name} of segment ${agent.segment.name} ${kind === "agent.attached" ? "attached" : `went away${went}`}`;
  return { kind, at, says, detail: { agent: agent.name, run: agent.run, segment: agent.segment.name } };
};
