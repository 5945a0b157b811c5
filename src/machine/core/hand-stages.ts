import { errandTakesMs } from "../../hand/core/errand.ts";
import type { Stage } from "../../story/core/steps.ts";

const MINUTE = 60_000;
/** Who arms without --now goes and switches the machine on: as long as an arming holds. */
const ARMING_HOLDS_MS = 24 * 60 * MINUTE;

/** How a story comes to its machine's live hand: booted now by the BMC, or waited for until somebody does. */
export function toTheHand<Act extends string>(
  now: boolean,
  { act, withinMs }: { readonly act: Act; readonly withinMs: number },
): readonly Stage<Act | "boot">[] {
  const takesMs = errandTakesMs(withinMs);
  return [
    ...(now ? [{ act: "boot", withinMs: 3 * MINUTE, tries: 3, restMs: 10_000 } as const] : []),
    { act, withinMs: takesMs, tries: now ? 2 : Math.ceil(ARMING_HOLDS_MS / takesMs), restMs: 1000 },
  ];
}
