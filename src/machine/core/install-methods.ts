import type { InstallMethod, Plan } from "../../api/shapes.ts";
import type { Stage } from "../../story/core/steps.ts";
import { INSTALLER_WITHIN_MS, LOGIN_WITHIN_MS, MINUTE } from "./install-plot.ts";

/** What every install is of: kept with its story, so it holds no secret. The preseed stays with the boot plan. */
type AnySubject = {
  readonly machine: string;
  readonly image: string;
  readonly plan: number; // the arming that it boots from, good once
  readonly since: number; // the last event before it
};
export type InstallSubject = AnySubject & { readonly method: "installer" };

export const INSTALL_ACTS = ["boot", "see the installer", "see the login prompt", "settle"] as const;
export type InstallAct = (typeof INSTALL_ACTS)[number];

/** What a way of installing arms, and what it does from there; a row is all that makes a method. */
type Method = {
  readonly plan: Plan["kind"];
  readonly image: string; // unless another is named
  readonly stages: readonly Stage<InstallAct>[];
};

/** Stages that every method has. A watching act ends by itself with a reason; the stage's own limit is behind that. */
const BOOT: Stage<InstallAct> = { act: "boot", withinMs: 4 * MINUTE, tries: 3, restMs: 30_000 };
const SEE_LOGIN: Stage<InstallAct> = {
  ...{ act: "see the login prompt", withinMs: LOGIN_WITHIN_MS + MINUTE, tries: 1 },
};
const SETTLE: Stage<InstallAct> = { act: "settle", withinMs: MINUTE, tries: 20, restMs: 30_000 };

export const INSTALL_METHODS = {
  installer: {
    plan: "installer",
    image: "debian-12",
    stages: [
      BOOT,
      { act: "see the installer", withinMs: INSTALLER_WITHIN_MS + MINUTE, tries: 1 },
      SEE_LOGIN,
      SETTLE,
    ],
  },
} as const satisfies Record<InstallMethod, Method>;

/** Stories from before there were several methods do not say theirs. */
export const methodOf = ({ method }: { readonly method?: InstallMethod }): Method =>
  INSTALL_METHODS[method ?? "installer"];
