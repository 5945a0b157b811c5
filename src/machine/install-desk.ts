import { installMethod, type Machine, type Story, type TimelineEvent } from "../api/shapes.ts";
import type { Answer, Asked } from "../api/table.ts";
import { Fault } from "../base/fault.ts";
import type { Json } from "../story/core/story.ts";
import { answersFor } from "./answers.ts";
import { INSTALL_METHODS, type InstallWish } from "./core/install-methods.ts";
import { overallOf } from "./core/preflight.ts";
import type { InstallHands } from "./install.ts";
import { type Looked, type LookNeeds, lookBefore, type Wish } from "./look-before.ts";
import type { Stories } from "./stories.ts";

export type InstallNeeds = Pick<InstallHands, "now" | "note"> &
  LookNeeds & {
    readonly by: string;
    readonly lastEvent: (machine: string) => Promise<TimelineEvent | undefined>;
    readonly armPlan: (asked: Asked<"armPlan">) => Promise<Machine>;
  };

/** Looks before it acts: what would end the install in an hour is said now, all of it at once. */
export async function askInstall(
  needs: InstallNeeds,
  stories: Stories,
  { despite, ...asked }: Asked<"install">,
): Promise<Story> {
  const { name, method } = asked;
  const { image, looked, preseed, imaged } = await lookBefore(needs, stories, asked);
  const against = looked.filter(({ is, overrule }) => is === "fail" && !(overrule && despite));
  const [first] = against;
  if (first !== undefined) throw against.length === 1 && first.fault ? first.fault : notReady(name, against);
  const since = (await needs.lastEvent(name))?.id ?? 0;
  const { plan: kind, boots } = INSTALL_METHODS[method];
  const armed = { name, plan: kind, image: boots ?? image, now: false } as const;
  const { plan } = await needs.armPlan({ ...armed, ...(preseed !== undefined && { preseed }) });
  const wish: InstallWish = {
    ...{ disks: asked.disks, recipe: asked.recipe, keys: asked.keys },
    ...{ profile: asked.profile ?? null, user: asked.user ?? null, ownPreseed: asked.preseed !== undefined },
  };
  const subject = { method, machine: name, image, plan: plan!.id, since, wish };
  const whole = { ...subject, ...(imaged && { imaged: imaged as unknown as Json }) };
  const story = await stories.ask("install", { machine: name, by: needs.by }, whole);
  const doubts = looked.filter(({ is }) => is !== "pass").map(({ says }) => says);
  const although = doubts.length === 0 ? "" : `, although: ${doubts.join(" ")}`;
  const detail = { story: story.id, by: needs.by, doubts };
  needs.note({
    ...{ kind: "install.asked", at: needs.now(), machine: name, detail },
    says: `An install of ${name} from ${image} was asked for by ${needs.by}${although}`,
  });
  return story;
}

/** The same looks, and nothing else. */
export async function preflight(
  needs: InstallNeeds,
  stories: Stories,
  asked: Wish,
): Promise<Answer<"preflight">> {
  const { image, looked } = await lookBefore(needs, stories, asked);
  const findings = looked.map(({ fault: _, ...finding }) => finding);
  return { image, overall: overallOf(findings), findings };
}

/** What of it is here: images that are not, and profiles that nobody wrote, are not offered. */
export async function installChoices(
  needs: Pick<InstallNeeds, "listImages" | "listRoots" | "profiles" | "recipes">,
): Promise<Answer<"installChoices">> {
  const [images, roots] = await Promise.all([needs.listImages(), needs.listRoots()]);
  const installers = images.filter(({ kind }) => kind === "installer").map(({ name }) => name);
  const here = { installer: [...new Set(installers)], imaged: [...roots] };
  return {
    methods: installMethod.options.map((method) => ({
      ...{ method, images: here[method], usual: INSTALL_METHODS[method].image },
    })),
    profiles: Object.keys(needs.profiles()),
    recipes: Object.entries(needs.recipes()).map(([name, { disks }]) => ({ name, disks })),
  };
}

/** What the installer would be told, for people's eyes. */
export async function shownAnswers(needs: InstallNeeds, asked: Wish): Promise<Answer<"showPreseed">> {
  const image = asked.image ?? INSTALL_METHODS[asked.method].image;
  const text = await answersFor(needs, await needs.machine(asked.name), { ...asked, image }, "hidden");
  return { text: text ?? null };
}

function notReady(name: string, against: readonly Looked[]): Fault {
  const why = against.map(({ says, remedy }) => `\n  - ${says}${remedy ? ` ${remedy}` : ""}`).join("");
  return new Fault("install.not-ready", { name, why });
}
