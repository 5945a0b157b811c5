import type { InstallMethod, Plan } from "../../api/shapes.ts";
import { errandTakesMs } from "../../hand/core/errand.ts";
import type { Recipe } from "../../hand/core/imaging/recipe.ts";
import type { RootFile } from "../../hand/core/imaging/unpack-script.ts";
import type { Stage } from "../../story/core/steps.ts";
import { INSTALLER_WITHIN_MS, LOGIN_WITHIN_MS, MINUTE } from "./install-plot.ts";

/** What every install is of: kept with its story, so it holds no secret. The preseed stays with the boot plan. */
type AnySubject = {
  readonly machine: string;
  readonly image: string;
  readonly plan: number; // the arming that it boots from, good once
  readonly since: number; // the last event before it
  readonly wish?: InstallWish; // as it was asked, but for its preseed; stories of before do not have it
};
/** What is asked again by a retry. */
export type InstallWish = {
  readonly profile: string | null;
  readonly ownPreseed: boolean;
  readonly disks: readonly string[];
  readonly recipe: string;
  readonly keys: readonly string[];
  readonly user: string | null;
};
/** What an imaged install puts where; all of it was checked when it was asked for. */
export type Imaged = {
  readonly recipe: Recipe;
  readonly disks: readonly string[]; // serial numbers, as they were typed
  readonly keys: readonly string[];
  readonly user: string | null;
  readonly root: RootFile;
  readonly serial: string;
};
export type InstallSubject = AnySubject &
  ({ readonly method: "installer" } | { readonly method: "imaged"; readonly imaged: Imaged });

export const INSTALL_ACTS = [
  "boot",
  "see the installer",
  "look at the disks",
  "lay out the disks",
  "unpack",
  "make it the machine's own",
  "restart",
  "see the login prompt",
  "settle",
] as const;
export type InstallAct = (typeof INSTALL_ACTS)[number];

/** What a way of installing arms, and what it does from there; a row is all that makes a method. */
type Method = {
  readonly plan: Plan["kind"];
  readonly image: string; // unless another is named
  readonly boots: string | null; // the image that the plan boots; null: the one that is installed
  readonly stages: readonly Stage<InstallAct>[];
};

/** Stages that every method has. A watching act ends by itself with a reason; the stage's own limit is behind that. */
const BOOT: Stage<InstallAct> = { act: "boot", withinMs: 4 * MINUTE, tries: 3, restMs: 30_000 };
const SEE_LOGIN: Stage<InstallAct> = {
  ...{ act: "see the login prompt", withinMs: LOGIN_WITHIN_MS + MINUTE, tries: 1 },
};
const SETTLE: Stage<InstallAct> = { act: "settle", withinMs: MINUTE, tries: 20, restMs: 30_000 };

/** What the hand may take for each; a large image through a thin line is the longest. */
export const LOOK_WITHIN_MS = 5 * MINUTE;
export const LAY_OUT_WITHIN_MS = 15 * MINUTE;
export const UNPACK_WITHIN_MS = 2 * 60 * MINUTE;
export const OWN_WITHIN_MS = 20 * MINUTE;

/** Tries are for an agent that is away for a while: asked again, a hand repeats its answer and does nothing twice. */
function errand(act: InstallAct, withinMs: number): Stage<InstallAct> {
  return { act, withinMs: errandTakesMs(withinMs) + MINUTE, tries: 20, restMs: 15_000 };
}

export const INSTALL_METHODS = {
  installer: {
    plan: "installer",
    image: "debian-12",
    boots: null,
    stages: [
      BOOT,
      { act: "see the installer", withinMs: INSTALLER_WITHIN_MS + MINUTE, tries: 1 },
      SEE_LOGIN,
      SETTLE,
    ],
  },
  imaged: {
    plan: "live",
    image: "debian-13",
    boots: "live",
    stages: [
      BOOT,
      errand("look at the disks", LOOK_WITHIN_MS),
      errand("lay out the disks", LAY_OUT_WITHIN_MS),
      errand("unpack", UNPACK_WITHIN_MS),
      errand("make it the machine's own", OWN_WITHIN_MS),
      { act: "restart", withinMs: 5 * MINUTE, tries: 3, restMs: 10_000 },
      SEE_LOGIN,
      SETTLE,
    ],
  },
} as const satisfies Record<InstallMethod, Method>;

/** Stories from before there were several methods do not say theirs. */
export const methodOf = ({ method }: { readonly method?: InstallMethod }): Method =>
  INSTALL_METHODS[method ?? "installer"];
