import { withDefault } from "@optique/core/modifiers";
import { argument, flag } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";

/** `--json`, on everything that answers. */
export const json = withDefault(flag("--json"), false);

export const machineName = argument(string({ metavar: "NAME" }));
