import { object } from "@optique/core/constructs";
import { multiple } from "@optique/core/modifiers";
import { argument, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { baseline } from "../check-forms.ts";
import { json, says } from "../common.ts";
import { printSaid } from "../print-said.ts";
import { verb } from "../verb.ts";

export const checkFleet = verb({
  words: "check fleet",
  says: "Which rule fails where and since when, by the last run of each host; exit codes as check has them",
  example: "rackhand check fleet --rule boot-room",
  options: object({
    rules: multiple(option("--rule", string({ metavar: "ID" }), says("Only this rule; else all"))),
    ...{ baseline, json },
  }),
  act: async ({ json: asJson, ...asked }, { local, out }) =>
    printSaid(await local.checks.fleet(asked), asJson, out),
});

export const checkForget = verb({
  words: "check forget",
  says: "Forget the kept runs of a host that is gone",
  example: "rackhand check forget db1",
  options: object({ host: argument(string({ metavar: "HOST" }), says("As check fleet names it")), json }),
  act: async ({ host, json: asJson }, { local, out }) =>
    printSaid(await local.checks.forget(host), asJson, out),
});
