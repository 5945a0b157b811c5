import type { KnownMachine } from "../../api/agent.ts";

/** What the menu does for a machine that asks the network now. */
export type Choice =
  | { readonly stay: true }
  | { readonly local: true }
  | { readonly entry: string; readonly afterSeconds: number };

/** What a machine that nobody put on record gets. */
export type ForUnknown = "local" | "menu";
/** An arming that nobody came for is no surprise weeks later: it holds for a day. */
export const ARMING_HOLDS_MS = 24 * 3_600_000;

/** Armed: its entry by itself after a second. Used up: its own disk. Never armed: the menu waits for a person. */
export function choiceFor(
  machine: KnownMachine | undefined,
  at: { now: number; unknown: ForUnknown },
): Choice {
  if (machine === undefined) return at.unknown === "local" ? { local: true } : { stay: true };
  const { plan } = machine;
  if (plan === null) return { stay: true };
  if (plan.kind === "local" || plan.state === "used" || isStale(plan, at.now)) return { local: true };
  return { entry: ENTRIES[plan.kind], afterSeconds: 1 };
}

/** What each plan chooses in the menu of its image. */
const ENTRIES = { installer: "install", live: "boot", kernel: "boot" } as const;

/** Its own disk is no surprise: a machine that was installed gets it for ever. */
export const isStale = ({ kind, state, at }: Armed, now: number): boolean =>
  state === "armed" && kind !== "local" && now - at > ARMING_HOLDS_MS;
type Armed = Pick<NonNullable<KnownMachine["plan"]>, "kind" | "state" | "at">;

/** Whether the last file of its image uses a machine's plan up: with that it has all that it came for. */
export const usesUp = (machine: KnownMachine | undefined, now: number): boolean =>
  machine?.plan?.state === "armed" && machine.plan.kind !== "local" && !isStale(machine.plan, now);

/** What is told may be older than what was seen here: a plan that the machine has taken stays used. */
export function keepUsed(seen: KnownMachine, told: KnownMachine): KnownMachine {
  const same = seen.plan?.state === "used" && told.plan !== null && told.plan.id === seen.plan.id;
  return same ? { ...told, plan: seen.plan } : told;
}
