import { reach } from "./axis.ts";
import type { Mark, Picture, Point } from "./picture.ts";

export type Version = { readonly name: string; readonly values: readonly number[] };

/** What each version read, every reading and the mean of them; `change` stands before the first changed one. */
export function readingsByVersion(
  versions: readonly Version[],
  { title, unit, change }: { title: string; unit: string; change?: { before: number; label: string } },
): Picture {
  const points = versions.flatMap(({ values }, at) => values.map((value): Point => [at, value]));
  const means = versions.map(({ values }, at): Mark => {
    const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
    return {
      as: "line",
      ink: 5,
      points: [
        [at - 0.3, mean],
        [at + 0.3, mean],
      ],
    };
  });
  const rule: Mark[] =
    change === undefined ? [] : [{ as: "rule", ink: 1, at: change.before - 0.5, label: change.label }];
  return {
    title,
    x: {
      ...{ label: "versions, oldest first; short lines are means", scale: "linear" },
      ...{ from: -0.6, to: versions.length - 0.4 },
      names: versions.map(({ name }, at) => ({ at, label: name })),
    },
    panels: [
      {
        ...{ share: 1, y: { label: unit, ...reach(points.map(([, value]) => value)) } },
        marks: [...means, { as: "scatter", ink: 0, points }, ...rule],
      },
    ],
  };
}
