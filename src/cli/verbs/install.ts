import { object } from "@optique/core/constructs";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import { INSTALL_METHODS } from "../../api/choices.ts";
import type { Machine } from "../../api/shapes.ts";
import type { Answer, Question } from "../../api/table.ts";
import { given, json, says } from "../common.ts";
import { type Came, severally, severalOptions } from "../several.ts";
import { watched } from "../story-lines.ts";
import { verb } from "../verb.ts";
import type { World } from "../world.ts";

const word = (name: `--${string}`, metavar: "IMAGE" | "FILE" | "NAME" | "DISK", about: string) =>
  optional(option(name, string({ metavar }), says(about)));
const is = (name: `--${string}`, about: string) => withDefault(flag(name, says(about)), false);

export const install = verb({
  words: "install",
  says: "Install Debian on a machine: look first, boot once from the network, watch until its login prompt is seen",
  example: "rackhand install web1 --image debian-13 --profile web --disk S3Z8NX0K512345 --watch",
  options: object({
    ...severalOptions,
    image: word("--image", "IMAGE", "Which image; else the method's usual, debian-12"),
    method: withDefault(
      option("--method", choice(INSTALL_METHODS), says("How Debian gets onto the disk")),
      "installer" as const,
    ),
    profile: word("--profile", "NAME", "The installer's answers, made of [profiles.NAME] of the settings"),
    preseed: word("--preseed", "FILE", "The installer's answers, of your own; served to it once"),
    disks: multiple(
      option("--disk", string({ metavar: "DISK" }), says("The serial number of a disk, which is erased")),
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
    user: word("--user", "NAME", "imaged: whose keys they are, who may sudo; else root's"),
    dryRun: is("--dry-run", "Only look; exit 0 ready, 1 something speaks against it, 2 could not tell"),
    show: is("--show", "Only print the installer's answers, without password hashes"),
    despite: is("--despite", "Although the image's check or the serial line's speed speak against it"),
    watch: is("--watch", "Stay until it has ended; ctrl-C only ends the watching"),
    json,
  }),
  async act(options, world) {
    const { names, label, state, yes, json: asJson, ...asked } = options;
    const { method, despite, watch, dryRun, show, preseed: file, disks, recipe, keys, ...rest } = asked;
    const { api, local } = world;
    const preseed = file === undefined ? undefined : local.readText(file);
    const wishOf = (name: string): Question<"preflight"> => ({
      ...{ name, method, disks: [...disks], recipe, keys: keys.map(local.readPublicKey) },
      ...given({ ...rest, preseed }),
    });
    const one = async (name: string): Promise<Came> => {
      if (show) return shownAnswers(world, wishOf(name));
      if (dryRun) return looked(await api.ask("preflight", wishOf(name)));
      const story = await api.ask("install", { ...wishOf(name), despite });
      if (watch) return watched(world, story, asJson);
      const begun = `The install of ${name} from ${story.subject.image} is under way`;
      return { answer: story, says: `${begun}; \`rackhand story show ${story.id}\` tells how it stands` };
    };
    const onto = disks.length === 0 ? "" : ` and ${disks.join(" and ")} erased for it`;
    const done = show || dryRun ? "looked at" : `${rest.image ?? "Debian"} is installed${onto}`;
    const will = ({ power, state: now }: Machine) => `${done}; it is ${now.word} now, power ${power}`;
    return severally({ names, label, state, yes, json: asJson }, { verb: "install", will, act: one }, world);
  },
});

async function shownAnswers({ api }: World, wish: Question<"showPreseed">): Promise<Came> {
  const answer = await api.ask("showPreseed", wish);
  const none = "It would get none: give --profile or --preseed.";
  return { answer, says: answer.text?.trimEnd() ?? none, code: answer.text === null ? 1 : 0 };
}

const EXITS = { pass: 0, fail: 1, unknown: 2 } as const;
const WORDS = { pass: "fine", warn: "note", fail: "AGAINST", unknown: "could not tell" } as const;

function looked(answer: Answer<"preflight">): Came {
  const lines = answer.findings.map(({ id, is: how, says: what, remedy, overrule }) => {
    const todo = how !== "pass" && remedy ? ` ${remedy}` : "";
    const anyway = how === "fail" && overrule ? " `--despite` goes on all the same." : "";
    return `${WORDS[how].padEnd(14)}  ${id.padEnd(12)}  ${what}${todo}${anyway}`;
  });
  return { answer, says: lines.join("\n"), code: EXITS[answer.overall] };
}
