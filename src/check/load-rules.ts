import { readdir, readFile } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Fault, reason } from "../base/fault.ts";
import { declaredRule } from "./core/declared-rule.ts";
import type { Rule } from "./core/rule.ts";
import { ownRules } from "./own-rules.ts";

const CODE = /(?<!\.d)(?<!\.test)\.(?:ts|js|mjs)$/;

/** Every file of `core/rules/` is a rule, and every one of a directory of the operator's. */
export async function loadRules(directory?: string): Promise<Rule[]> {
  const more = directory === undefined ? [] : await rulesIn(resolve(directory));
  const ours = (await ownRules()).map(([name, module]) => ruleOf(name, module));
  const own = ours.filter(({ id }) => !more.some((other) => other.id === id));
  return [...own, ...more].sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function rulesIn(directory: string): Promise<Rule[]> {
  const names = await readdir(directory).catch((error) => {
    throw new Fault("check.rule-wrong", { path: directory, why: reason(error) }, error);
  });
  const files = names.filter((name) => CODE.test(name) || name.endsWith(".json"));
  return Promise.all(files.map((name) => ruleAt(join(directory, name))));
}

/** TypeScript is for Node to read, where it can. */
async function ruleAt(path: string): Promise<Rule> {
  try {
    const module = path.endsWith(".json")
      ? { rule: declaredRule(JSON.parse(await readFile(path, "utf8"))) }
      : await import(pathToFileURL(path).href);
    return ruleOf(basename(path, extname(path)), module);
  } catch (error) {
    throw new Fault("check.rule-wrong", { path, why: reason(error) }, error);
  }
}

/** A module's one export that is a rule, and named like its file. */
function ruleOf(name: string, module: object): Rule {
  const rule = Object.values(module).find(isRule);
  if (rule === undefined) throw new Error("it exports no rule");
  if (rule.id !== name) throw new Error(`its id is ${rule.id}, and its file is called ${name}`);
  return rule;
}

const isRule = (value: unknown): value is Rule =>
  typeof value === "object" && value !== null && "probe" in value && "judge" in value;

/** Those that were named, in the table's order. */
export function chosenRules(rules: readonly Rule[], ids: readonly string[]): readonly Rule[] {
  for (const id of ids) if (!rules.some((rule) => rule.id === id)) throw new Fault("check.no-rule", { id });
  return ids.length === 0 ? rules : rules.filter(({ id }) => ids.includes(id));
}
