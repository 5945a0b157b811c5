import { object } from "@optique/core/constructs";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { choice, integer, string } from "@optique/core/valueparser";
import { installMethod, type Machine } from "../../api/shapes.ts";
import { given, json, says } from "../common.ts";
import { type Came, severally, severalOptions } from "../several.ts";
import { entryLine, exitOf, line, watched } from "../story-lines.ts";
import { verb } from "../verb.ts";

const id = argument(
  integer({ metavar: "ID", min: 1 }),
  says("Its number, as `rackhand story list` shows it"),
);

export const install = verb({
  words: "install",
  says: "Install Debian on a machine: look first, boot once from the network, watch until its login prompt is seen",
  example: "rackhand install web1 --image debian-13 --preseed web.cfg --watch",
  options: object({
    ...severalOptions,
    image: optional(
      option(
        "--image",
        string({ metavar: "IMAGE" }),
        says("Which image; else the method's usual, debian-12"),
      ),
    ),
    method: withDefault(
      option("--method", choice(installMethod.options), says("How Debian gets onto the disk")),
      "installer" as const,
    ),
    preseed: optional(
      option("--preseed", string({ metavar: "FILE" }), says("The installer's answers, served to it once")),
    ),
    disks: multiple(
      option(
        "--disk",
        string({ metavar: "SERIAL" }),
        says("imaged: the serial number of a disk, which is erased"),
      ),
    ),
    recipe: withDefault(
      option(
        "--recipe",
        string({ metavar: "RECIPE" }),
        says("imaged: plain, lvm, raid1-lvm or one of the settings"),
      ),
      "plain",
    ),
    keys: multiple(
      option("--key", string({ metavar: "FILE" }), says("imaged: a public key that may come in by ssh")),
    ),
    user: optional(
      option(
        "--user",
        string({ metavar: "USER" }),
        says("imaged: whose keys they are, who may sudo; else root's"),
      ),
    ),
    despite: withDefault(flag("--despite-check", says("Although the image's last check failed")), false),
    watch: withDefault(
      flag("--watch", says("Stay until it has ended; ctrl-C only ends the watching")),
      false,
    ),
    json,
  }),
  async act({ image, method, preseed, despite, watch, disks, recipe, keys, user, ...chosen }, world) {
    const { api, local } = world;
    const answers = preseed === undefined ? undefined : local.readText(preseed);
    const one = async (name: string): Promise<Came> => {
      const story = await api.ask("install", {
        name,
        method,
        ...{ despite, disks: [...disks], recipe, keys: keys.map(local.readPublicKey) },
        ...given({ image, preseed: answers, user }),
      });
      if (watch) return watched(world, story, chosen.json);
      const next = `\`rackhand story show ${story.id}\` tells how it stands`;
      return {
        answer: story,
        says: `The install of ${name} from ${story.subject.image} is under way; ${next}`,
      };
    };
    const onto = disks.length === 0 ? "" : ` and ${disks.join(" and ")} erased for it`;
    const will = ({ power, state }: Machine) =>
      `${image ?? "Debian"} is installed${onto}; it is ${state.word} now, power ${power}`;
    return severally(chosen, { verb: "install", will, act: one }, world);
  },
});

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
