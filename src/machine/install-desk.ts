import { installMethod, type Story, type TimelineEvent } from "../api/shapes.ts";
import type { Answer, Asked, Calls } from "../api/table.ts";
import { Fault } from "../base/fault.ts";
import type { Json } from "../story/core/story.ts";
import { answersFor } from "./answers.ts";
import { INSTALL_METHODS, type InstallWish } from "./core/install-methods.ts";
import { overallOf } from "./core/preflight.ts";
import type { InstallHands } from "./install.ts";
import { type Looked, type LookNeeds, lookBefore } from "./look-before.ts";
import type { Stories } from "./stories.ts";

export type InstallNeeds = Pick<InstallHands, "now" | "note"> &
  LookNeeds & {
    readonly stories: () => Stories;
    readonly lastEvent: (machine: string) => Promise<TimelineEvent | undefined>;
    readonly armPlan: Calls["armPlan"];
  };

/** Installs: what they could be, what speaks against one, and the asking for it. */
export class InstallDesk {
  readonly #needs: InstallNeeds;

  constructor(needs: InstallNeeds) {
    this.#needs = needs;
  }

  /** Looks before it acts: what would end the install in an hour is said now, all of it at once. */
  readonly install = async ({ despite, ...asked }: Asked<"install">, by: string): Promise<Story> => {
    const { now, note, lastEvent, armPlan, stories } = this.#needs;
    const { name, method } = asked;
    const { image, looked, preseed, imaged } = await lookBefore(this.#needs, stories(), asked);
    const against = looked.filter(({ is, overrule }) => is === "fail" && !(overrule && despite));
    const [first] = against;
    if (first !== undefined)
      throw against.length === 1 && first.fault ? first.fault : notReady(name, against);
    const since = (await lastEvent(name))?.id ?? 0;
    const { plan: kind, boots } = INSTALL_METHODS[method];
    const armed = { name, plan: kind, image: boots ?? image, now: false } as const;
    const { plan } = await armPlan({ ...armed, ...(preseed !== undefined && { preseed }) }, by);
    const wish: InstallWish = {
      ...{ disks: asked.disks, recipe: asked.recipe, keys: asked.keys },
      ...{
        profile: asked.profile ?? null,
        user: asked.user ?? null,
        ownPreseed: asked.preseed !== undefined,
      },
    };
    const subject = { method, machine: name, image, plan: plan!.id, since, wish };
    const whole = { ...subject, ...(imaged && { imaged: imaged as unknown as Json }) };
    const story = await stories().ask("install", { machine: name, by }, whole);
    const doubts = looked.filter(({ is }) => is !== "pass").map(({ says }) => says);
    const although = doubts.length === 0 ? "" : `, although: ${doubts.join(" ")}`;
    const detail = { story: story.id, by, doubts };
    note({
      ...{ kind: "install.asked", at: now(), machine: name, detail },
      says: `An install of ${name} from ${image} was asked for by ${by}${although}`,
    });
    return story;
  };

  /** The same looks, and nothing else. */
  readonly preflight = async (asked: Asked<"preflight">): Promise<Answer<"preflight">> => {
    const { image, looked } = await lookBefore(this.#needs, this.#needs.stories(), asked);
    const findings = looked.map(({ fault: _, ...finding }) => finding);
    return { image, overall: overallOf(findings), findings };
  };

  /** What of it is here: images that are not, and profiles that nobody wrote, are not offered. */
  readonly choices = async (): Promise<Answer<"installChoices">> => {
    const { listImages, listRoots, profiles, recipes } = this.#needs;
    const [images, roots] = await Promise.all([listImages(), listRoots()]);
    const installers = images.filter(({ kind }) => kind === "installer").map(({ name }) => name);
    const here = { installer: [...new Set(installers)], imaged: [...roots] };
    return {
      methods: installMethod.options.map((method) => ({
        ...{ method, images: here[method], usual: INSTALL_METHODS[method].image },
      })),
      profiles: Object.keys(profiles()),
      recipes: Object.entries(recipes()).map(([name, { disks }]) => ({ name, disks })),
    };
  };

  /** What the installer would be told, for people's eyes. */
  readonly preseed = async (asked: Asked<"showPreseed">): Promise<Answer<"showPreseed">> => {
    const image = asked.image ?? INSTALL_METHODS[asked.method].image;
    const machine = await this.#needs.machine(asked.name);
    return { text: (await answersFor(this.#needs, machine, { ...asked, image }, "hidden")) ?? null };
  };
}

function notReady(name: string, against: readonly Looked[]): Fault {
  const why = against.map(({ says, remedy }) => `\n  - ${says}${remedy ? ` ${remedy}` : ""}`).join("");
  return new Fault("install.not-ready", { name, why });
}
