import { flaw, ok, type Read } from "../base/read.ts";
import type { Machine } from "./shapes.ts";

/** Which machines: by name, label and state. The service, the command line and the page choose by the same. */
export type Filter = {
  readonly names: readonly string[]; // any of them; none given: every name
  readonly labels: readonly LabelTerm[]; // all of them
  readonly states: readonly string[]; // any of them
};
type LabelTerm = { readonly key: string; readonly value: string | undefined; readonly holds: boolean };
/** As people write it: `web*,db1`, `rack=3,role!=db,!spare`, `up,installer`. */
export type FilterWords = {
  readonly name?: string | undefined;
  readonly label?: string | undefined;
  readonly state?: string | undefined;
};

const TERM = /^(!?)([\w./-]+)(?:(!?=)(.*))?$/;
const GLOB = /^[a-z0-9*?-]{1,100}$/;

export function readFilter({ name, label, state }: FilterWords): Read<Filter> {
  const names = listed(name);
  const strange = names.find((glob) => !GLOB.test(glob));
  if (strange !== undefined) return flaw(`"${strange}" is no name; * and ? stand for what is not said`);
  const labels: LabelTerm[] = [];
  for (const term of listed(label)) {
    const [, not, key, is, value] = TERM.exec(term) ?? [];
    if (key === undefined || (not === "!" && is !== undefined))
      return flaw(`"${term}" is none of key, !key, key=value and key!=value`);
    labels.push({ key, value, holds: not === "" && is !== "!=" });
  }
  return ok({ names, labels, states: listed(state) });
}

export function fits(
  { names, labels, states }: Filter,
  machine: Pick<Machine, "name" | "labels" | "state">,
): boolean {
  if (names.length > 0 && !names.some((glob) => isLike(machine.name, glob))) return false;
  if (states.length > 0 && !states.includes(machine.state.word)) return false;
  return labels.every(({ key, value, holds }) => {
    const has = Object.hasOwn(machine.labels, key);
    const isSo = value === undefined ? has : has && machine.labels[key] === value;
    return isSo === holds; // role!=db takes those without a role too
  });
}

/** Whether it stands for names rather than being one. */
export const isGlob = (name: string): boolean => /[*?]/.test(name);

const listed = (words: string | undefined): string[] =>
  (words ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");

/** Goes back to the last star alone, so that no pattern makes it slow. */
function isLike(name: string, glob: string): boolean {
  let [at, star, resume] = [0, -1, 0];
  let next = 0;
  while (at < name.length) {
    if (glob[next] === "*") {
      [star, resume] = [next, at];
      next += 1;
    } else if (glob[next] === "?" || glob[next] === name[at]) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      resume += 1;
      [at, next] = [resume, star + 1];
    } else return false;
  }
  return /^\**$/.test(glob.slice(next));
}
