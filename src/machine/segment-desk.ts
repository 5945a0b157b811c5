import type { FromAgent } from "../api/agent.ts";
import type { Segment, SegmentFinding } from "../api/shapes.ts";
import type { Answer, Asked } from "../api/table.ts";
import { Fault } from "../base/fault.ts";
import type { Attached } from "./agents.ts";
import type { Keeps } from "./needs.ts";

type Report = Extract<FromAgent, { is: "leases" | "segment" }>;
type Needs = {
  readonly store: Pick<Keeps, "noteSegment" | "segments" | "keepLeases" | "leases">;
  readonly now: () => number;
  readonly agentOf: (segment: string) => Attached | undefined;
  readonly troubled: (error: unknown) => void;
};
type Now = { readonly room: Segment["room"]; readonly findings: SegmentFinding[] };

const ASKED_AGAIN_MS = 5000;

/** The networks: what their agents tell of them, and who has which address. */
export class SegmentDesk {
  readonly #needs: Needs;
  readonly #now = new Map<Attached, Now>();
  readonly #waiting = new Map<Attached, NodeJS.Timeout>();
  #keeping: Promise<unknown> = Promise.resolve();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  met({ segment }: Attached): Promise<void> {
    return this.#needs.store.noteSegment(segment.name, segment);
  }

  heard(agent: Attached, report: Report): void {
    if (report.is === "segment") this.#now.set(agent, report);
    else if (!this.#waiting.has(agent) || report.whole) this.#keep(agent, report);
  }

  left(agent: Attached): void {
    this.#now.delete(agent);
    clearTimeout(this.#waiting.get(agent));
    this.#waiting.delete(agent);
  }

  readonly list = async (): Promise<Answer<"listSegments">> => {
    const kept = await this.#needs.store.segments(this.#needs.now());
    return { segments: kept.map((one) => this.#shown(one)) };
  };

  readonly show = async ({ name }: Asked<"showSegment">): Promise<Answer<"showSegment">> => {
    const segment = (await this.list()).segments.find((one) => one.name === name);
    if (segment === undefined) throw new Fault("segment.unknown", { name });
    return { segment, leases: await this.#needs.store.leases(name) };
  };

  /** The servers beside ours that the last look at a segment found. */
  otherServers(segment: string): readonly string[] {
    const agent = this.#needs.agentOf(segment);
    const findings = agent === undefined ? [] : (this.#now.get(agent)?.findings ?? []);
    return findings.flatMap(({ id, servers }) => (id === "other-server" ? servers : []));
  }

  async stop(): Promise<void> {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    await this.#keeping;
  }

  /** One after the other; what the store did not take is asked for anew, so nothing piles up here. */
  #keep(agent: Attached, { leases, whole }: Extract<Report, { is: "leases" }>): void {
    const { store, troubled } = this.#needs;
    this.#keeping = this.#keeping
      .then(() => store.keepLeases(agent.segment.name, leases, whole))
      .catch((error: unknown) => {
        troubled(error);
        if (this.#waiting.has(agent)) return;
        const again = () => {
          this.#waiting.delete(agent);
          agent.send({ do: "report" });
        };
        this.#waiting.set(agent, setTimeout(again, ASKED_AGAIN_MS).unref());
      });
  }

  #shown(kept: Awaited<ReturnType<Keeps["segments"]>>[number]): Segment {
    const agent = this.#needs.agentOf(kept.name);
    const { room, findings } = (agent && this.#now.get(agent)) ?? { room: null, findings: [] };
    return { ...kept, agent: agent?.name ?? null, room, findings };
  }
}
