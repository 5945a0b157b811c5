import { reach, timeSpan } from "./axis.ts";
import type { Cell, Picture, Point } from "./picture.ts";

const [MOST_COLUMNS, ROWS, POINTS_EACH] = [60, 24, 10];

/** Where in time the latencies lay: darker is more often, each moment against its own fullest cell. */
export function latencyHeat(name: string, points: readonly Point[], unit: string): Picture {
  const known = points.filter(([x, y]) => Number.isFinite(x) && y > 0);
  const [x, y] = [
    timeSpan(known.map(([one]) => one)),
    reach(
      known.map(([, one]) => one),
      { scale: "log" },
    ),
  ];
  const columns = Math.max(1, Math.min(MOST_COLUMNS, Math.floor(known.length / POINTS_EACH)));
  const tall = Math.log(y.to / y.from) / ROWS;
  const wide = (x.to - x.from) / columns;
  const counts = Array.from({ length: columns }, () => new Array<number>(ROWS).fill(0));
  for (const [at, value] of known) {
    const column = Math.min(columns - 1, Math.floor((at - x.from) / wide));
    counts[column]![Math.min(ROWS - 1, Math.floor(Math.log(value / y.from) / tall))]! += 1;
  }
  const cells = counts.flatMap((rows, column): Cell[] => {
    const most = Math.max(...rows);
    const [left, right] = [x.from + column * wide, x.from + (column + 1) * wide];
    const edge = (row: number) => y.from * Math.exp(row * tall);
    return rows.flatMap((count, row) =>
      count === 0 ? [] : [{ x: [left, right], y: [edge(row), edge(row + 1)], part: count / most }],
    );
  });
  return {
    title: `Latency over time: ${name}`,
    x: { label: "time in s; darker is more often", ...x },
    panels: [{ share: 1, y: { label: unit, ...y }, marks: [{ as: "heat", ink: 0, cells }] }],
  };
}
