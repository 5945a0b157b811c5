import { object } from "@optique/core/constructs";
import { optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { json, says } from "../common.ts";
import { printSaid } from "../print-said.ts";
import { verb } from "../verb.ts";

export const checkNew = verb({
  words: "check new",
  says: "Begin a rule that loads, runs and passes its tests as it is, for you to change",
  example: "rackhand check new swap-there --rules ./rules",
  options: object({
    id: argument(
      string({ metavar: "ID" }),
      says("As the rule is to be called: lower-case words with hyphens"),
    ),
    directory: optional(
      option(
        "--rules",
        string({ metavar: "DIR" }),
        says("A directory of your own; else the project's, with captures, in a clone of its repository"),
      ),
    ),
    declared: withDefault(flag("--declared", says("In --rules: JSON without code, not a module")), false),
    json,
  }),
  act: async ({ json: asJson, ...asked }, { local, out }) =>
    printSaid(await local.checks.newRule(asked), asJson, out),
});
