import { object } from "@optique/core/constructs";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { Fault } from "../../base/fault.ts";
import { printable } from "../../base/text.ts";
import { baseline, formFlags, formOf } from "../check-forms.ts";
import { json, says } from "../common.ts";
import { asIs, printSaid } from "../print-said.ts";
import { verb } from "../verb.ts";
import type { Agree, World } from "../world.ts";

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
    tryPasswords: withDefault(
      flag(
        "--try-passwords",
        says("Also whether BMC users have the password that their maker ships: one try each"),
      ),
      false,
    ),
    baseline,
    ...formFlags,
    fix: withDefault(
      flag("--fix", says("Apply the remedies that can be taken back, after a question")),
      false,
    ),
    yes: withDefault(flag("--yes", says("With --fix: do not ask")), false),
    json,
  }),
  async act({ json: asJson, fix, yes, ...asked }, world) {
    const { local, out, err } = world;
    if (yes && !fix) throw new Fault("use.wrong", { what: "--yes goes with --fix.", verb: "check" });
    named(asked, "check");
    const wish = { ...asked, form: formOf(asked) };
    if (fix && (wish.form ?? asked.baseline) !== undefined)
      throw new Fault("use.wrong", { what: "--fix answers in words or --json alone.", verb: "check" });
    if (fix) return printSaid(await local.checks.fix(wish, err, asking(yes, world)), asJson, world.out, cut);
    const { text, ...said } = await local.checks.check(wish, err);
    if (text === undefined) return printSaid(said, asJson, world.out, cut);
    out(text.trimEnd());
    return said.exit;
  },
});

function named({ hosts, local }: { hosts: readonly string[]; local: boolean }, verbWords: string): void {
  if (hosts.length > 0 || local) return;
  throw new Fault("use.wrong", { what: "Name hosts, or say --local for this machine.", verb: verbWords });
}

const cut = (line: string): string => printable(line);

/** Once for all hosts; what is printed for programs stays apart. */
const asking =
  (isAgreed: boolean, { err, confirm }: World): Agree =>
  async (preview, question) => {
    for (const line of preview) err(printable(line));
    if (isAgreed || question === "") return "yes";
    if (confirm === undefined) {
      err("Nothing was changed: nobody is here to agree. Add --yes.");
      return "nobody";
    }
    if (await confirm(question)) return "yes";
    err("Nothing was changed.");
    return "no";
  };

export const checkUndo = verb({
  words: "check undo",
  says: "Take back what --fix has changed on a host, byte for byte; --list shows what can be",
  example: "rackhand check undo journal-readable-20261129-3fa2 db1",
  options: object({
    words: multiple(
      argument(
        string({ metavar: "ID_HOST" }),
        says("What is taken back, then where; with --list only where"),
      ),
    ),
    local: withDefault(flag("--local", says("This machine")), false),
    list: withDefault(flag("--list", says("What was changed, and what of it was taken back")), false),
    force: withDefault(flag("--force", says("Also what somebody has changed since")), false),
    json,
  }),
  async act({ words, local: isLocal, list, force, json: asJson }, world) {
    const [id, ...hosts] = words;
    const asked = { hosts: list ? words : hosts, local: isLocal };
    named(asked, "check undo");
    if (list) return printSaid(await world.local.checks.kept(asked), asJson, world.out, cut);
    if (id === undefined || !/^[a-z0-9][\w-]*-\d{8}-[0-9a-f]{4}$/.test(id))
      throw new Fault("use.wrong", {
        what: `"${id ?? ""}" is no change's name; --list shows them.`,
        verb: "check undo",
      });
    const said = await world.local.checks.undo({ ...asked, id, force }, world.err);
    return printSaid(said, asJson, world.out, cut);
  },
});

export const checkRules = verb({
  words: "check rules",
  says: "The traps that are known, and what each costs",
  example: "rackhand check rules",
  options: object({ directory, json }),
  async act({ directory: own, json: asJson }, { local, out }) {
    return printSaid(await local.checks.rules(own), asJson, out, asIs);
  },
});
