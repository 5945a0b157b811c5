import { message, text } from "@optique/core/message";
import { withDefault } from "@optique/core/modifiers";
import { argument, flag } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";

/** What an option is for, as its help has it. */
export const says = (words: string) => ({ description: message`${text(words)}` });

/** `--json`, on everything that answers. */
export const json = withDefault(flag("--json", says("Print the answer as JSON")), false);

export const machineName = argument(string({ metavar: "NAME" }), says("The machine's name"));
