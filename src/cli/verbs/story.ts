import { object } from "@optique/core/constructs";
import { optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { integer, string } from "@optique/core/valueparser";
import { given, json, says } from "../common.ts";
import { entryLine, exitOf, line, watched } from "../story-lines.ts";
import { verb } from "../verb.ts";

const id = argument(
  integer({ metavar: "ID", min: 1 }),
  says("Its number, as `rackhand story list` shows it"),
);

export const storyList = verb({
  words: "story list",
  says: "Installs and other long work, the newest first",
  example: "rackhand story list --machine web1",
  options: object({
    machine: optional(option("--machine", string({ metavar: "NAME" }), says("Of one machine"))),
    limit: withDefault(option("--limit", integer({ metavar: "N", min: 1, max: 500 }), says("How many")), 50),
    json,
  }),
  async act({ machine, limit, json: asJson }, { api, out }) {
    const { stories } = await api.ask("listStories", { limit, ...given({ machine }) });
    if (asJson) out(JSON.stringify({ stories }));
    else if (stories.length === 0) out("There is none. `rackhand install NAME` begins one.");
    else for (const story of stories) out(line(story));
    return 0;
  },
});

export const storyShow = verb({
  words: "story show",
  says: "One of them, with what was done; exit 0 when it is done, 1 when it failed or was cancelled, 2 while it goes on",
  example: "rackhand story show 12",
  options: object({ id, json }),
  async act({ id: wanted, json: asJson }, { api, out }) {
    const story = await api.ask("showStory", { id: wanted });
    if (asJson) out(JSON.stringify(story));
    else for (const text of [line(story), ...story.entries.map(entryLine)]) out(text);
    return exitOf(story);
  },
});

export const storyRetry = verb({
  words: "story retry",
  says: "Ask again for an install, rescue or wipe that failed or was cancelled, as it was asked: a new story",
  example: "rackhand story retry 12 --watch",
  options: object({
    id,
    watch: withDefault(
      flag("--watch", says("Stay until it has ended; ctrl-C only ends the watching")),
      false,
    ),
    json,
  }),
  async act({ id: wanted, watch, json: asJson }, world) {
    const { api, out } = world;
    const story = await api.ask("retryStory", { id: wanted });
    const came = watch ? await watched(world, story, asJson) : { answer: story, says: line(story), code: 0 };
    out(asJson ? JSON.stringify(came.answer) : came.says);
    return came.code ?? 0;
  },
});

export const storyCancel = verb({
  words: "story cancel",
  says: "End one; what it armed is disarmed",
  example: "rackhand story cancel 12",
  options: object({ id, json }),
  async act({ id: wanted, json: asJson }, { api, out }) {
    const answer = await api.ask("cancelStory", { id: wanted });
    out(asJson ? JSON.stringify(answer) : answer.says);
    return 0;
  },
});
