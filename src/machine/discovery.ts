import type { Answer, Asked } from "../api/table.ts";
import type { Observed } from "../base/event.ts";
import { Fault } from "../base/fault.ts";
import { readMac } from "../base/mac.ts";
import { diagnose } from "../boot/core/diagnosis/diagnose.ts";
import { uuidOf } from "./core/uuid-of.ts";
import type { DeskNeeds } from "./needs.ts";

type Needs = Pick<DeskNeeds, "store" | "vendorsOf"> & {
  readonly segmentOf: (agent: string) => string;
  readonly otherServers: (segment: string) => readonly string[];
};

const MOST_DISCOVERED = 500;
const MOST_FOR_WHY = 500;

/** What the network shows: who is there and not on record, and what stands in a machine's way. */
export class Discovery {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  readonly list = async (): Promise<Answer<"discover">> => {
    const { store, vendorsOf, segmentOf } = this.#needs;
    const proposals = await store.proposals(MOST_DISCOVERED);
    const vendors = await vendorsOf(proposals.map(({ mac }) => mac));
    return {
      discovered: proposals.map(({ mac, agent, event, firstSeen, lastSeen, firmware, machineId }) => {
        const seen = { mac, event, firstSeen, lastSeen, segment: segmentOf(agent) };
        return { ...seen, firmware, vendor: vendors.get(mac) ?? null, uuid: uuidOf(machineId) };
      }),
    };
  };

  readonly forget = async ({ mac }: Asked<"forgetDiscovered">): Promise<Answer<"forgetDiscovered">> => {
    const read = readMac(mac);
    const known = read.ok && (await this.#needs.store.forgetProposal(read.value));
    if (!known) throw new Fault("machine.not-discovered", { mac });
    return { says: `${mac} is forgotten until it is heard anew` };
  };

  readonly why = async ({ name }: Asked<"why">): Promise<Answer<"why">> => {
    const { store, otherServers } = this.#needs;
    const { segment } = await store.machine(name); // unknown ones are told so
    const events = await store.timeline(name, { limit: MOST_FOR_WHY });
    const found = diagnose(events as unknown as Observed[], otherServers(segment));
    return { says: found?.says ?? null, evidence: (found?.evidence ?? []).map((place) => events[place]!) };
  };
}
