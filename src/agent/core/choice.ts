import type { KnownMachine } from "../../api/agent.ts";

/** What the menu does for a machine that asks the network now. */
export type Choice =
  | { readonly stay: true }
  | { readonly local: true }
  | { readonly entry: string; readonly afterSeconds: number };

/** Armed: its entry by itself after a second. Used up: its own disk. Never armed: the menu waits for a person. */
export function choiceFor(machine: KnownMachine | undefined): Choice {
  const plan = machine?.plan;
  if (plan === null || plan === undefined) return { stay: true };
  if (plan.kind === "local" || plan.state === "used") return { local: true };
  return { entry: "install", afterSeconds: 1 };
}

/** The transfer that ends a boot plan: with its initrd a machine has all that it came for. */
export const usesUp = (machine: KnownMachine | undefined, path: string): boolean =>
  machine?.plan?.state === "armed" && machine.plan.kind !== "local" && path.endsWith("/initrd.gz");

/** What is told may be older than what was seen here: a plan that the machine has taken stays used. */
export function keepUsed(seen: KnownMachine, told: KnownMachine): KnownMachine {
  const same = seen.plan?.state === "used" && told.plan !== null && told.plan.id === seen.plan.id;
  return same ? { ...told, plan: seen.plan } : told;
}
