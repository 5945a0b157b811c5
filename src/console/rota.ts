/** Comes by; whether it is to come again. */
export type Visit = () => boolean;

/** How often each is visited; at a moment of its own, so that five hundred are not visited at once. */
export const ROUND_MS = 200;
const TURNS = 10;

const turns = Array.from({ length: TURNS }, () => new Set<Visit>());
let [turn, next, many] = [0, 0, 0];
let clock: NodeJS.Timeout | undefined;

/**
 * Comes by every 200 ms from now on, until it is told not to. One timer for all who wait for something: five
 * hundred consoles' own cost more than what is done when they ring.
 */
export function comeBy(visit: Visit): void {
  next = (next + 1) % TURNS;
  turns[next]!.add(visit);
  many += 1;
  clock ??= setInterval(go, ROUND_MS / TURNS);
}

function go(): void {
  turn = (turn + 1) % TURNS;
  const visits = turns[turn]!;
  for (const visit of visits) {
    if (visit()) continue;
    visits.delete(visit);
    many -= 1;
  }
  if (many > 0) return;
  clearInterval(clock);
  clock = undefined;
}
