import { object } from "@optique/core/constructs";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { Fault } from "../../base/fault.ts";
import { printable } from "../../base/text.ts";
import { baseline, formFlags, formOf } from "../check-forms.ts";
import { json, says } from "../common.ts";
import { verb } from "../verb.ts";

const directory = optional(
  option("--rules", string({ metavar: "DIR" }), says("Rules of your own besides: .mjs, .ts or .json")),
);

export const check = verb({
  words: "check",
  says: "Look whether hosts are in one of the known traps: exit 0 none is, 1 one is, 2 could not tell",
  example: "rackhand check db1 root@db2 --rule journal-readable",
  options: object({
    hosts: multiple(argument(string({ metavar: "HOST" }), says("As ssh knows them"))),
    local: withDefault(flag("--local", says("This machine")), false),
    rules: multiple(option("--rule", string({ metavar: "ID" }), says("Only this rule; else all"))),
    directory,
    askNetwork: withDefault(
      flag("--ask-network", says("Also rules that ask the network or another machine's daemon")),
      false,
    ),
    baseline,
    ...formFlags,
    json,
  }),
  async act({ json: asJson, ...asked }, { local, out, err }) {
    if (asked.hosts.length === 0 && !asked.local)
      throw new Fault("use.wrong", { what: "Name hosts, or say --local for this machine.", verb: "check" });
    const {
      says: lines,
      answer,
      exit,
      text,
    } = await local.checks.check({ ...asked, form: formOf(asked) }, err);
    if (text !== undefined) out(text.trimEnd());
    else if (asJson) out(JSON.stringify(answer));
    else for (const line of lines) out(printable(line));
    return exit;
  },
});

export const checkRules = verb({
  words: "check rules",
  says: "The traps that are known, and what each costs",
  example: "rackhand check rules",
  options: object({ directory, json }),
  async act({ directory: own, json: asJson }, { local, out }) {
    const { says: lines, answer } = await local.checks.rules(own);
    if (asJson) out(JSON.stringify(answer));
    else for (const line of lines) out(line);
    return 0;
  },
});
