import { object } from "@optique/core/constructs";
import { optional } from "@optique/core/modifiers";
import { argument, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { baseline } from "../check-forms.ts";
import { json, says } from "../common.ts";
import { printSaid } from "../print-said.ts";
import { verb } from "../verb.ts";

const host = argument(string({ metavar: "HOST" }), says("As it is named to check; this machine is here"));
const rule = argument(string({ metavar: "RULE" }), says("The rule's id"));

export const checkAcknowledge = verb({
  words: "check acknowledge",
  says: "A failure may stay until that day, for that reason; it is back when its cause is another one",
  example: 'rackhand check acknowledge db1 boot-room --reason "new disk in January" --until 2027-01-31',
  options: object({
    ...{ host, rule },
    reason: option("--reason", string({ metavar: "WORDS" }), says("Why it may stay")),
    until: option("--until", string({ metavar: "DAY" }), says("The last day, as 2027-01-31 (UTC)")),
    by: optional(option("--by", string({ metavar: "NAME" }), says("Who says so; else you"))),
    cause: optional(
      option(
        "--cause",
        string({ metavar: "WORD" }),
        says("Where the host was not asked from here: what --json tells"),
      ),
    ),
    ...{ baseline, json },
  }),
  async act({ json: asJson, by, ...asked }, { local, out, who }) {
    return printSaid(await local.checks.acknowledge({ ...asked, by: by ?? who }), asJson, out);
  },
});

export const checkAcknowledged = verb({
  words: "check acknowledged",
  says: "Failures that somebody acknowledged, with reason and last day",
  example: "rackhand check acknowledged",
  options: object({ baseline, json }),
  act: async ({ json: asJson, baseline: file }, { local, out }) =>
    printSaid(await local.checks.acknowledged(file), asJson, out),
});

export const checkUnacknowledge = verb({
  words: "check unacknowledge",
  says: "The failure is one like any other again",
  example: "rackhand check unacknowledge db1 boot-room",
  options: object({ host, rule, baseline, json }),
  act: async ({ json: asJson, ...asked }, { local, out }) =>
    printSaid(await local.checks.unacknowledge(asked), asJson, out),
});
