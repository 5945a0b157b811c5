import { message, text } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import { Fault } from "../base/fault.ts";
import { readDuration } from "../base/units.ts";

/** What an option is for, as its help has it. */
export const says = (words: string) => ({ description: message`${text(words)}` });

/** `--json`, on everything that answers. */
export const json = withDefault(flag("--json", says("Print the answer as JSON")), false);

export const machineName = argument(string({ metavar: "NAME" }), says("The machine's name"));

/** What wrote the readings in a file. */
export const readingsAs = optional(
  option(
    "--as",
    choice(["fio", "hyperfine", "go", "criterion", "benchstat", "csv"]),
    says("What the files are; else it is seen"),
  ),
);

/** What belongs to a kernel of one's own. */
export const kernelParts = {
  initrd: optional(option("--initrd", string({ metavar: "FILE" }), says("Its initrd, where it has one"))),
  append: withDefault(
    option(
      "--append",
      string({ metavar: "WORDS" }),
      says("Its command line; {base} is the URL of its files; the machine's serial console is added"),
    ),
    "",
  ),
};

/** The options that were given, without those that were not. */
export function given<T extends Record<string, string | undefined>>(options: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}

export const TIME = string({ metavar: "TIME" });

/** A moment, as people type it: so long ago, or a date. */
export function timeOf(words: string | undefined, now: number, verb: string): number | undefined {
  if (words === undefined) return undefined;
  const ago = readDuration(words);
  const at = ago.ok ? now - ago.value : Date.parse(words);
  if (!Number.isNaN(at)) return at;
  throw new Fault("use.wrong", { what: `"${words}" is no time: 2h, or 2026-11-24T08:00.`, verb });
}
