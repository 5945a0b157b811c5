import type { TimelineEvent } from "../api/shapes.ts";
import type { Answer, Asked } from "../api/table.ts";
import { Fault } from "../base/fault.ts";
import type { Keeps } from "./needs.ts";

type Search = Pick<Asked<"timeline">, "text" | "kind" | "since" | "until">;

const PAGE = 1000;

/** What was observed of machines, to be read, searched and taken away. */
export class Timelines {
  readonly #store: Pick<Keeps, "timeline" | "event" | "folded">;

  constructor(store: Pick<Keeps, "timeline" | "event" | "folded">) {
    this.#store = store;
  }

  readonly page = async (asked: Asked<"timeline">): Promise<Answer<"timeline">> => {
    const { name, after, before, limit } = asked;
    const span = { ...(after !== undefined && { after }), ...(before !== undefined && { before }), limit };
    const [events, folded] = await Promise.all([
      this.#store.timeline(name, { ...span, ...spanOf(asked) }),
      this.#store.folded(name),
    ]);
    return { events, folded };
  };

  /** A page at a time, the next when the last was taken: however long it is, little of it is held. */
  readonly lines = async function* (
    this: Timelines,
    asked: Asked<"timelineLines">,
  ): AsyncGenerator<TimelineEvent> {
    for (let after = 0; ; ) {
      const events = await this.#store.timeline(asked.name, { after, limit: PAGE, ...spanOf(asked) });
      yield* events;
      if (events.length < PAGE) return;
      after = events.at(-1)!.id;
    }
  }.bind(this);

  readonly event = async ({ id }: Asked<"showEvent">): Promise<TimelineEvent> => {
    const event = await this.#store.event(id);
    if (event === null) throw new Fault("event.unknown", { id: `${id}` });
    return event;
  };
}

function spanOf({ text, kind, since, until }: Search) {
  const kinds = kind
    ?.split(",")
    .map((one) => one.trim())
    .filter(Boolean);
  return {
    ...(text !== undefined && { text }),
    ...(kinds !== undefined && { kinds }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}
