import { reach } from "./axis.ts";
import type { Mark, Panel, Picture } from "./picture.ts";

/** A search for a commit as it stands: commits in their order from 0, the old end at -1. */
export type Doubt = {
  readonly old: string;
  readonly new: string;
  readonly unit: string; // of a reading
  readonly probability: ArrayLike<number>;
  readonly readings: readonly { readonly at: number; readonly value: number }[];
  readonly top?: { readonly at: number; readonly label: string }; // the likeliest, when one stands out
};

/** How probable it is that each commit made the change, and under it what was read where. */
export function posterior(doubt: Doubt, most: number): Picture {
  const { probability, readings, top } = doubt;
  const rule: Mark[] = top === undefined ? [] : [{ as: "rule", at: top.at + 1, ink: 1, label: top.label }];
  const above: Panel[] = probability.length === 0 ? [] : [chances(probability, most, rule)];
  const below: Panel[] = readings.length === 0 ? [] : [values(doubt, rule)];
  return {
    title: "Which commit made the change",
    x: {
      label: `commits after ${doubt.old}, up to ${doubt.new}, in git's order`,
      scale: "linear",
      from: -0.5 - probability.length / 60,
      to: probability.length + 0.5 + probability.length / 60,
    },
    panels: [...above, ...below],
  };
}

/** With more commits than `most`, neighbours share a bar as high as they are probable together. */
function chances(probability: ArrayLike<number>, most: number, rule: readonly Mark[]): Panel {
  const each = Math.ceil(probability.length / most);
  const bars = Array.from({ length: Math.ceil(probability.length / each) }, (_, bar) => {
    const [first, last] = [bar * each, Math.min(probability.length, (bar + 1) * each)];
    let sum = 0;
    for (let at = first; at < last; at += 1) sum += probability[at]!;
    return { from: first + 0.5, to: last + 0.5, value: 100 * sum };
  });
  const label = each > 1 ? `probability in %, ${each} commits a bar` : "probability in %";
  const y = {
    label,
    ...reach(
      bars.map(({ value }) => value),
      { zero: true },
    ),
  };
  return { share: 1, y: { ...y, to: Math.min(100, y.to) }, marks: [{ as: "bars", ink: 0, bars }, ...rule] };
}

function values({ readings, unit }: Doubt, rule: readonly Mark[]): Panel {
  const points = readings.map(({ at, value }) => [at + 1, value] as const);
  const y = { label: unit, ...reach(readings.map(({ value }) => value)) };
  const bare = rule.map(({ label: _, ...mark }) => mark as Mark);
  return { share: 1, y, marks: [{ as: "scatter", ink: 2, points }, ...bare] };
}
