import { object } from "@optique/core/constructs";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { choice, float, integer, string } from "@optique/core/valueparser";
import { Fault } from "../../base/fault.ts";
import { readDuration } from "../../base/units.ts";
import { json, says } from "../common.ts";
import { asIs, printSaid } from "../print-said.ts";
import { verb } from "../verb.ts";
import type { Said, World } from "../world.ts";

const name = optional(
  option("--name", string({ metavar: "NAME" }), says("Which bisection; else the only one")),
);
const words = (flagName: `--${string}`, metavar: string, about: string) =>
  optional(option(flagName, string({ metavar: metavar as "WORD" }), says(about)));

/** What came of it; a report and a picture are made for the terminal already. */
const answered = (said: Said, asJson: boolean, { out }: World): number => printSaid(said, asJson, out, asIs);

/** A verb that is told nothing but which bisection. */
const ofOne = (
  told: { readonly words: string; readonly says: string; readonly example: string },
  ask: (of: World["local"]["bisections"], name: string | undefined, world: World) => Promise<Said>,
) =>
  verb({
    ...told,
    options: object({ name, json }),
    act: async (asked, world) =>
      answered(await ask(world.local.bisections, asked.name, world), asked.json, world),
  });

export const bisectStart = verb({
  words: "bisect start",
  says: "Begin to look for the commit that changed what a command tells, by its exit code or a number it prints",
  example: 'rackhand bisect start --repo linux --old v4.11 --new v4.13-rc1 --run "./bench.sh" --last-line',
  options: object({
    name: words("--name", "NAME", "What it is called; else as the repository"),
    repo: withDefault(
      option("--repo", string({ metavar: "PATH" }), says("The repository; it is only read")),
      ".",
    ),
    old: option("--old", string({ metavar: "REF" }), says("A commit before the change")),
    new: option("--new", string({ metavar: "REF" }), says("A commit after it")),
    termOld: withDefault(
      option("--term-old", string({ metavar: "TERM" }), says("What old commits are called")),
      "old",
    ),
    termNew: withDefault(
      option("--term-new", string({ metavar: "TERM" }), says("What new ones are called")),
      "new",
    ),
    paths: multiple(
      option("--path", "--paths", string({ metavar: "PATH" }), says("Only commits that touch this")),
    ),
    firstParent: withDefault(flag("--first-parent", says("Never look inside merges")), false),
    whole: withDefault(
      flag("--whole-graph", says("All commits at once, instead of the mainline first")),
      false,
    ),
    run: words("--run", "CMD", "The command; without it a person judges: next, then reading or mark"),
    lastLine: withDefault(flag("--last-line", says("Its last line of output is the number")), false),
    match: words("--match", "REGEX", "The number is this expression's first group"),
    jsonPath: words("--json-path", "PATH", "The number stands in JSON, such as jobs[0].read.iops"),
    bench: words("--bench", "JOB", "Instead of a command a fio job: a profile of `bench profiles` or a file"),
    metric: words("--metric", "NAME", "With --bench: which number of a run, such as iops-mean"),
    set: multiple(
      option("--set", string({ metavar: "NAME=VALUE" }), says("With --bench: size=64m, runtime=30")),
    ),
    directory: words("--directory", "DIR", "With --bench: where its files are made, there"),
    byEye: withDefault(flag("--by-eye", says("A person tells which of the two terms a commit is")), false),
    build: words("--build", "CMD", "Builds a commit in its directory"),
    keepBuilds: optional(
      option(
        "--keep-builds",
        integer({ min: 3 }),
        says("So many builds are kept, the most telling ones; else 20"),
      ),
    ),
    deploy: words("--deploy", "CMD", "Brings a build to $RACKHAND_HOST"),
    hosts: multiple(
      option("--on", string({ metavar: "HOST" }), says("Measure there by ssh; several at once")),
    ),
    within: withDefault(
      option("--within", string({ metavar: "TIME" }), says("The most a command may take")),
      "2h",
    ),
    error: withDefault(
      option("--error", float({ min: 0.0001, max: 0.5 }), says("Accepted chance of a wrong commit")),
      0.01,
    ),
    minStep: words("--min-step", "5%", "The smallest change that counts, in percent of the old level"),
    allChanges: withDefault(
      flag("--all-changes", says("Also make sure that no further change was missed, which takes more runs")),
      false,
    ),
    leastShare: words(
      "--least-share",
      "25%",
      "Of the whole effect: beside the change found, less is no other",
    ),
    budget: words("--budget", "12h|N", "Stop after this time or number of runs and tell what is left"),
    dryRun: withDefault(
      flag("--dry-run", says("Only tell how many readings it would take; nothing is begun")),
      false,
    ),
    direction: optional(
      option(
        "--direction",
        choice(["higher", "lower"]),
        says("How the new state reads, where that is known"),
      ),
    ),
    json,
  }),
  async act({ json: asJson, firstParent, whole, within, ...wish }, world) {
    const time = readDuration(within);
    if (!time.ok)
      throw new Fault("use.wrong", { what: `"${within}" is no time such as 2h.`, verb: "bisect start" });
    if (whole && firstParent) {
      const what = "--first-parent and --whole-graph exclude each other.";
      throw new Fault("use.wrong", { what, verb: "bisect start" });
    }
    const walk = whole ? "whole" : firstParent ? "first-parent" : "stages";
    const asked = { ...wish, walk, withinMs: time.value } as const;
    return answered(await world.local.bisections.start(asked, world.err), asJson, world);
  },
});

export const bisectRun = ofOne(
  {
    words: "bisect run",
    says: "Build and measure until the commit is found; exit 0 found, 1 the ends do not differ, 2 not settled",
    example: "rackhand bisect run",
  },
  (of, one, { err }) => of.run(one, err),
);

export const bisectNext = ofOne(
  {
    words: "bisect next",
    says: "Check out and build the commit that tells most now, or measure just that one",
    example: "rackhand bisect next",
  },
  (of, one, { err }) => of.next(one, err),
);

export const bisectReading = verb({
  words: "bisect reading",
  says: "What the commit that `next` checked out was measured to be",
  example: "rackhand bisect reading 48210",
  options: object({
    value: argument(
      string({ metavar: "VALUE" }),
      says("The number; of a test a term, or 0 for old and 1 for new"),
    ),
    name,
    json,
  }),
  act: async (asked, world) =>
    answered(await world.local.bisections.reading(asked.name, asked.value), asked.json, world),
});

export const bisectMark = verb({
  words: "bisect mark",
  says: "Which of the two terms the commit that `next` checked out is",
  example: "rackhand bisect mark fixed",
  options: object({
    term: argument(string({ metavar: "TERM" }), says("The old or the new term")),
    name,
    json,
  }),
  act: async (asked, world) =>
    answered(await world.local.bisections.mark(asked.name, asked.term), asked.json, world),
});

/** `mark` in one word. A verb stands in the table before any search is known, so terms of one's own go with `mark`. */
const judged = (word: string) =>
  ofOne(
    {
      words: `bisect ${word}`,
      says: `The commit that \`next\` checked out is ${word}; in other terms: bisect mark TERM`,
      example: `rackhand bisect ${word}`,
    },
    (of, one) => of.mark(one, word),
  );
export const bisectBroken = judged("broken");
export const bisectFixed = judged("fixed");
export const bisectOld = judged("old");
export const bisectNew = judged("new");

export const bisectSkip = ofOne(
  {
    words: "bisect skip",
    says: "The commit that is due cannot be judged",
    example: "rackhand bisect skip",
  },
  (of, one) => of.skip(one),
);

export const bisectStatus = ofOne(
  {
    words: "bisect status",
    says: "How probable each commit is by now, and what is read next",
    example: "rackhand bisect status",
  },
  (of, one) => of.status(one),
);

export const bisectLog = verb({
  words: "bisect log",
  says: "The search as a `git bisect log`, which `git bisect replay` takes",
  example: "rackhand bisect log > search.log && git bisect replay search.log",
  options: object({ name, json }),
  async act(asked, { local, out }) {
    const log = await local.bisections.log(asked.name);
    out(asked.json ? JSON.stringify({ log }) : log.trimEnd());
    return 0;
  },
});

export const bisectReport = verb({
  words: "bisect report",
  says: "Verdict, readings and what is left as Markdown, or with --out as HTML, Markdown and JSON",
  example: "rackhand bisect report --out report",
  options: object({ name, out: words("--out", "DIR", "Where to write it"), json }),
  act: async (asked, world) =>
    answered(await world.local.bisections.report(asked.name, asked.out), asked.json, world),
});

export const bisectVisualize = verb({
  words: "bisect visualize",
  says: "How the probability lies over the commits, and the likeliest ones, in the terminal or as SVG",
  example: "rackhand bisect visualize --out search.svg",
  options: object({ name, out: words("--out", "FILE.svg", "Write the picture there instead"), json }),
  act: async (asked, world) =>
    answered(await world.local.bisections.visualize(asked.name, asked.out), asked.json, world),
});

export const bisectReplay = verb({
  words: "bisect replay",
  says: "What a journal that somebody sent amounts to, decided anew from its readings alone",
  example: "rackhand bisect replay report/journal.jsonl --steps",
  options: object({
    file: argument(string({ metavar: "FILE" }), says("A journal.jsonl, such as `report --out` writes")),
    steps: withDefault(flag("--steps", says("Also what was believed after each reading")), false),
    json,
  }),
  act: async (asked, world) =>
    answered(await world.local.bisections.replay(asked.file, asked.steps), asked.json, world),
});

export const bisectList = verb({
  words: "bisect list",
  says: "The bisections on this machine",
  example: "rackhand bisect list",
  options: object({ json }),
  act: async (asked, world) => answered(await world.local.bisections.list(), asked.json, world),
});

export const bisectAbandon = verb({
  words: "bisect abandon",
  says: "Remove a bisection with its mirror, builds and readings",
  example: "rackhand bisect abandon --name linux --yes",
  options: object({ name, yes: withDefault(flag("--yes", says("Do not ask")), false), json }),
  async act(asked, world) {
    const sure = asked.yes || (await world.confirm?.("Remove it with all its readings?")) === true;
    if (!sure) throw new Fault("use.wrong", { what: "Say --yes to remove it.", verb: "bisect abandon" });
    return answered(await world.local.bisections.abandon(asked.name), asked.json, world);
  },
});
