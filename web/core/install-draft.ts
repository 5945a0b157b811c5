import type { InstallMethod, Preflight } from "../../src/api/shapes.ts";
import type { Answer, Question } from "../../src/api/table.ts";
import { titleOf } from "./acts.ts";
import { type Disk, diskWords, shellWord } from "./disk-choice.ts";

/** An install as somebody has it in hand; what is left empty is not asked for. */
export type Draft = {
  readonly method: InstallMethod;
  readonly image: string;
  readonly answers: string; // the installer's: "" none, a profile's name, or OWN
  readonly preseed: { readonly file: string; readonly text: string } | undefined;
  readonly disks: readonly string[];
  readonly recipe: string;
  readonly key: string;
  readonly user: string;
};
export type Choices = Answer<"installChoices">;
/** No profile is called so: names have no colon. */
export const OWN = "own:";

/** Each method begins with its usual image, where that is here. */
export function startOf(choices: Choices, method: InstallMethod, before?: Draft): Draft {
  const { images, usual } = choices.methods.find((one) => one.method === method)!;
  return {
    ...{ key: "", user: "", recipe: "plain", answers: "", preseed: undefined, disks: [] },
    ...before,
    ...{ method, image: images.includes(usual) ? usual : (images[0] ?? usual) },
  };
}

/** How many disks it takes; `least` of them before it can be asked for. */
export function disksWanted(
  { method, recipe, answers }: Draft,
  { recipes }: Choices,
): { least: number; most: number } {
  if (method === "installer") return { least: 0, most: answers === "" ? 0 : 1 };
  const disks = recipes.find(({ name }) => name === recipe)?.disks ?? 1;
  return { least: disks, most: disks };
}

/** Why it cannot be looked at yet. */
export function lackOf(draft: Draft, choices: Choices): string | undefined {
  const { least } = disksWanted(draft, choices);
  const named = draft.disks.filter((disk) => disk.trim() !== "").length;
  if (draft.answers === OWN && draft.preseed === undefined) return "no preseed file is chosen";
  if (named < least) return least === 1 ? "no disk is chosen" : `${least} disks are wanted, ${named} chosen`;
  if (draft.method === "imaged" && draft.key.trim() === "")
    return "without a public key nobody could come in";
  return undefined;
}

export function wishOf(name: string, draft: Draft): Question<"preflight"> {
  const { method, image, answers, preseed, recipe, key, user } = draft;
  const isTold = method === "imaged" || answers !== ""; // the installer without answers is told of no disk
  const disks = isTold ? draft.disks.map((disk) => disk.trim()).filter((disk) => disk !== "") : [];
  const of = { name, method, image, disks };
  if (method === "installer")
    return {
      ...of,
      ...(answers === OWN && preseed && { preseed: preseed.text }),
      ...(answers !== "" && answers !== OWN && { profile: answers }),
    };
  return { ...of, recipe, keys: [key.trim()], ...(user !== "" && { user }) };
}

/** The same in a terminal. */
export function lineOf(name: string, draft: Draft, despite: boolean): string {
  const { method, image, disks, profile, recipe, user } = wishOf(name, draft);
  const words = ["rackhand", "install", name, "--image", image ?? ""];
  if (method === "imaged") words.push("--method", "imaged", "--recipe", recipe ?? "plain");
  if (profile !== undefined) words.push("--profile", profile);
  if (draft.answers === OWN) words.push("--preseed", draft.preseed?.file ?? "FILE");
  for (const disk of disks ?? []) words.push("--disk", disk);
  if (method === "imaged") words.push("--key", "KEY.pub");
  if (user !== undefined) words.push("--user", user);
  if (despite) words.push("--despite");
  return [...words, "--watch"].map(shellWord).join(" ");
}

/** What it does, and what that erases. */
export function consequenceOf(name: string, draft: Draft, disks: readonly Disk[]): string {
  const what = `Install ${titleOf(draft.image)} on`;
  const named = wishOf(name, draft).disks ?? [];
  if (named.length > 0) {
    const which = named.map((id) => diskWords(id, disks)).join(" and ");
    return `${what} ${which}: this erases ${named.length === 1 ? "it" : "both"}.`;
  }
  if (draft.method === "imaged") return `${what} ${name}: the disks that you choose are erased.`;
  const asks = "the installer asks on the console which disk it may write to";
  return draft.answers === ""
    ? `${what} ${name}: somebody answers the installer on the console; nothing is erased before.`
    : `${what} ${name}: ${asks}, unless these answers say so.`;
}

/** What stands in its way: nothing, what somebody may overrule, or what must be mended first. */
export function standsAgainst({ findings }: Preflight): "nothing" | "overruled" | "mend" {
  const against = findings.filter(({ is }) => is === "fail");
  if (against.length === 0) return "nothing";
  return against.every(({ overrule }) => overrule) ? "overruled" : "mend";
}
