/**
 * Lets the first few through in each stretch of time and counts the rest, so that a flood cannot drown a
 * timeline.
 */
export type Gate = { readonly since: number; readonly passed: number; readonly folded: number };

export const EMPTY_GATE: Gate = { since: Number.NEGATIVE_INFINITY, passed: 0, folded: 0 };
const [STRETCH_MS, MOST_PER_STRETCH] = [10_000, 5];

/** `folded` in the answer is how many were only counted since the last one that passed. */
export function atGate(gate: Gate, now: number): { gate: Gate; passes: boolean; folded: number } {
  if (now - gate.since >= STRETCH_MS)
    return { gate: { since: now, passed: 1, folded: 0 }, passes: true, folded: gate.folded };
  if (gate.passed < MOST_PER_STRETCH)
    return { gate: { ...gate, passed: gate.passed + 1 }, passes: true, folded: 0 };
  return { gate: { ...gate, folded: gate.folded + 1 }, passes: false, folded: 0 };
}
