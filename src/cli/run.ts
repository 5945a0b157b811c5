import { object, or } from "@optique/core/constructs";
import { type Message, message, text } from "@optique/core/message";
import { command, constant } from "@optique/core/primitives";
import { run as parseAndRun } from "@optique/run";
import { Fault, reason } from "../base/fault.ts";
import type { AnyVerb } from "./verb.ts";
import * as benches from "./verbs/bench.ts";
import { benchPlot } from "./verbs/bench-plot.ts";
import * as benchRuns from "./verbs/bench-run.ts";
import * as bisections from "./verbs/bisect.ts";
import { machineBmc, machineLog, machineParts, machineSecure, machineSensors } from "./verbs/bmc.ts";
import * as bootDevices from "./verbs/boot-device.ts";
import * as checks from "./verbs/check.ts";
import * as acknowledgements from "./verbs/check-acknowledge.ts";
import * as fleets from "./verbs/check-fleet.ts";
import { checkNew } from "./verbs/check-new.ts";
import * as consoles from "./verbs/console.ts";
import { machineDiscover } from "./verbs/discover.ts";
import * as exports from "./verbs/export.ts";
import * as hands from "./verbs/hand.ts";
import * as images from "./verbs/image.ts";
import { install } from "./verbs/install.ts";
import * as inventory from "./verbs/inventory.ts";
import * as machines from "./verbs/machine.ts";
import * as mirrors from "./verbs/mirror.ts";
import * as power from "./verbs/power.ts";
import * as recorded from "./verbs/recorded.ts";
import * as segments from "./verbs/segment.ts";
import * as service from "./verbs/service.ts";
import * as stories from "./verbs/story.ts";
import * as timelines from "./verbs/timeline.ts";
import * as webhooks from "./verbs/webhook.ts";
import type { World } from "./world.ts";

export const VERBS: readonly AnyVerb[] = [
  machines,
  inventory,
  webhooks,
  { machineDiscover },
  timelines,
  { machineBmc, machineSensors, machineLog, machineParts, machineSecure },
  power,
  bootDevices,
  { install },
  stories,
  consoles,
  recorded,
  hands,
  images,
  mirrors,
  segments,
  exports,
  checks,
  acknowledgements,
  fleets,
  { checkNew },
  bisections,
  benchRuns,
  benches,
  { benchPlot },
  service,
].flatMap((room) => Object.values(room));

const ABOUT: Readonly<Record<string, string>> = {
  machine: "The machines on record",
  console: "Attach to a machine's console, or read what was recorded of it",
  image: "What can be booted",
  story: "Installs and other long work",
  mirror: "Debian's packages for machines without internet",
  webhook: "Where alerts are sent",
  segment: "The networks that machines boot on",
  check: "Look whether hosts are in one of the known traps",
  bench: "Measure with fio, and judge what was measured",
  bisect: "Find the commit that changed a number, however noisy",
  settings: "The settings file, rackhand.toml",
  rack: "A virtual rack, for trying out and for tests",
};

/** Reads the command line, runs the verb, gives the exit code. */
export async function run(args: readonly string[], version: string, world: World): Promise<number> {
  const { verb, options } = parseAndRun(grammar(args[0]) as never, {
    programName: "rackhand",
    args: args.length === 0 ? ["--help"] : args,
    brief: message`Remote hands for bare-metal Debian servers`,
    help: "both",
    version,
    completion: "command",
    aboveError: "none",
    maxWidth: Math.min(world.width, 100),
    showDefault: true,
    showChoices: true,
    errorExitCode: 2,
  }) as { verb: AnyVerb; options: never };
  try {
    return await verb.act(options, world);
  } catch (error) {
    const { stopped } = world;
    const lines = stopped.aborted && error === stopped.reason ? STOPPED : complaint(error);
    for (const line of lines) world.err(line);
    return 2;
  }
}

const STOPPED = ["Stopped: what was finished before is kept."];

/** What happened, what to do, and the id under which docs/faults.md has it. */
export function complaint(error: unknown): string[] {
  if (error instanceof Fault) return [`${error.says}`, `${error.remedy}  [${error.id}]`];
  return [`Rackhand itself failed: ${reason(error)}`, error instanceof Error ? (error.stack ?? "") : ""];
}

/**
 * `NOUN VERB` as nested commands, single words as they are. A noun that was typed is tried alone: to try all takes
 * longer than most verbs.
 */
function grammar(typed: string | undefined) {
  const all = new Map<string, AnyVerb[]>();
  for (const verb of VERBS) {
    const noun = verb.words.split(" ")[0]!;
    all.set(noun, [...(all.get(noun) ?? []), verb]);
  }
  const nouns = [...all].filter(([noun]) => !all.has(typed ?? "") || noun === typed);
  const commands = nouns.map(([noun, verbs]) => {
    const [only] = verbs;
    if (verbs.length === 1 && only!.words === noun) return leaf(noun, only!);
    // `console play m1` is tried before `console m1`
    const inner = verbs
      .filter(({ words }) => words !== noun)
      .map((verb) => leaf(verb.words.split(" ")[1]!, verb));
    const bare = verbs.filter(({ words }) => words === noun).map(chosen);
    return command(noun, either([...inner, ...bare]) as never, { brief: plain(ABOUT[noun] ?? noun) });
  });
  return either(commands);
}

const either = (parsers: readonly unknown[]): unknown => (or as (...all: unknown[]) => unknown)(...parsers);

const plain = (says: string): Message => message`${text(says)}`;

const chosen = (verb: AnyVerb): unknown =>
  object({ verb: constant(verb as never), options: verb.options as never });

function leaf(word: string, verb: AnyVerb): unknown {
  return command(word, chosen(verb) as never, {
    brief: plain(verb.says),
    footer: plain(`Example: ${verb.example}`),
    hidden: verb.hidden ?? false,
  });
}
