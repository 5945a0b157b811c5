import type { Story } from "../api/shapes.ts";
import type { Answer, Asked } from "../api/table.ts";
import { Fault } from "../base/fault.ts";
import { type Entry, outcomeWords } from "../story/core/story.ts";
import type { Home } from "../story/home.ts";
import { type Plot, Teller } from "../story/teller.ts";
import { progressOf } from "./core/story-progress.ts";
import type { Keeps, KeepsStories, KeptStory } from "./needs.ts";

type StoriesNeeds = {
  readonly store: KeepsStories & Pick<Keeps, "timeline">;
  readonly home: Home;
  readonly plots: readonly Plot[];
  readonly now: () => number;
  readonly troubled: (error: unknown) => void;
};

/** Long work as it is asked for, shown and ended; a teller in this process carries it. */
export class Stories {
  readonly #store: StoriesNeeds["store"];
  readonly #teller: Teller;

  constructor({ store, home, plots, now, troubled }: StoriesNeeds) {
    this.#store = store;
    this.#teller = new Teller({ home, plots, now, troubled });
  }

  start(): void {
    this.#teller.start();
  }

  stop(): Promise<void> {
    return this.#teller.stop();
  }

  /** One at a time: a second install of a machine would wait, and begin when nobody expects it any more. */
  async ask(
    kind: string,
    { machine, by }: { readonly machine: string; readonly by: string },
    subject: KeptStory["subject"],
  ): Promise<Story> {
    await this.refuseBeside(machine);
    const id = await this.#store.askStory({ kind, lane: machine, subject, by });
    this.#teller.nudge();
    return this.show({ id });
  }

  async refuseBeside(machine: string): Promise<void> {
    const [last] = await this.#store.stories({ lane: machine, limit: 1 });
    if (last?.state !== "open") return;
    throw new Fault("story.open", { machine, kind: last.kind, id: `${last.id}` });
  }

  readonly list = async ({ machine, limit }: Asked<"listStories">): Promise<Answer<"listStories">> => {
    const kept = await this.#store.stories({ limit, ...(machine !== undefined && { lane: machine }) });
    return { stories: await Promise.all(kept.map(this.#shown)) };
  };

  readonly show = async ({ id }: Asked<"showStory">): Promise<Story> =>
    this.#shown(await this.#store.story(id));

  readonly #shown = async (kept: KeptStory): Promise<Story> => {
    const story = shown(kept);
    if (kept.state !== "open") return story;
    const { since = 0 } = kept.subject as { readonly since?: number };
    const kinds = ["hand.progress", "console.sighting"];
    const events = await this.#store.timeline(kept.lane, { after: since, limit: 1000, kinds });
    const progress = progressOf(kept, kept.entries as unknown as Entry[], events as never);
    return progress === undefined ? story : { ...story, progress };
  };

  readonly cancel = async ({ id }: Asked<"cancelStory">, by: string): Promise<Answer<"cancelStory">> => {
    const { kind, lane } = await this.#store.story(id);
    const ended = await this.#store.cancelStory(id, by);
    return { says: ended ? `The ${kind} of ${lane} ends` : `The ${kind} of ${lane} has ended already` };
  };
}

function shown({ lane, subject, entries, cancelledBy, says, ...story }: KeptStory): Story {
  const told = (entries as unknown as Entry[]).map(({ seq, at, act, outcome }) => ({
    ...{ seq, at, act, says: outcomeWords(outcome), fine: outcome.is === "fine" },
  }));
  const last = told.at(-1);
  const present = cancelledBy !== null ? "being cancelled" : last ? `${last.act}: ${last.says}` : "not begun";
  return {
    ...story,
    machine: lane,
    subject: subject as Story["subject"],
    says: says ?? present,
    entries: told,
  };
}
