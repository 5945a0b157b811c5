import type { Machine } from "./shapes.ts";

/** What must hold for an act. The service refuses by it, the page greys out by it with the same words. */
const NEEDS = {
  attended: (m: Machine) => (m.attended ? undefined : `nothing attends to the segment ${m.segment} now`),
  bmc: (m: Machine) => (m.bmc === null ? "it has no BMC on record" : undefined),
  on: (m: Machine) => (m.power === "off" ? "it is off" : undefined),
  off: (m: Machine) => (m.power === "on" ? "it is on" : undefined),
} as const;

export const ACTS = {
  on: ["bmc", "attended", "off"],
  off: ["bmc", "attended", "on"],
  cycle: ["bmc", "attended"],
  reset: ["bmc", "attended", "on"],
  soft: ["bmc", "attended", "on"],
  "soft-or-off": ["bmc", "attended", "on"],
  arm: [],
  boot: ["bmc", "attended"],
  console: ["bmc", "attended"],
} as const satisfies Record<string, readonly (keyof typeof NEEDS)[]>;
export type Act = keyof typeof ACTS;

/** Why an act is not possible now, or undefined when it is. */
export function whyNot(act: Act, machine: Machine): string | undefined {
  for (const need of ACTS[act]) {
    const because = NEEDS[need](machine);
    if (because !== undefined) return because;
  }
  return undefined;
}
