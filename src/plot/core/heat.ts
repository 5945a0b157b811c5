import { reach, timeSpan } from "./axis.ts";
import type { Cell, Panel, Picture, Point } from "./picture.ts";

/** What was counted in each column of time: how often a value lay between two heights. */
export type HeatMap = { readonly name: string; readonly columns: readonly Column[] };
type Column = { readonly x: readonly [number, number]; readonly bins: readonly Bin[] };
type Bin = { readonly y: readonly [number, number]; readonly count: number };

/**
 * When the latencies lay where, a panel for each map: stronger is more often, by the logarithm, since what is
 * rare among requests is what somebody waits for.
 */
export function heatMap(name: string, maps: readonly HeatMap[]): Picture {
  const x = timeSpan(maps.flatMap(({ columns }) => columns.flatMap((one) => one.x)));
  return {
    title: `Latency over time: ${name}`,
    x: { label: "time in s; the stronger, the more often (logarithm of the count)", ...x },
    panels: maps.map(panelOf),
  };
}

function panelOf({ name, columns }: HeatMap): Panel {
  const bins = columns.flatMap((one) => one.bins);
  const y = reach(
    bins.flatMap((one) => one.y),
    { scale: "log" },
  );
  const most = bins.reduce((fullest, { count }) => Math.max(fullest, count), 0);
  const cells = columns.flatMap((one) =>
    one.bins.map(({ y, count }): Cell => ({ x: one.x, y, part: Math.log1p(count) / Math.log1p(most) })),
  );
  return { share: 1, y: { label: name, ...y }, marks: [{ as: "heat", ink: 0, cells }] };
}

const [MOST_COLUMNS, ROWS, POINTS_EACH] = [60, 24, 10];

/** Single values counted, where nothing else was: in as many columns as they fill. */
export function binned(points: readonly Point[]): Column[] {
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
  const edge = (row: number) => y.from * Math.exp(row * tall);
  return counts.map((rows, column) => ({
    x: [x.from + column * wide, x.from + (column + 1) * wide],
    bins: rows.flatMap((count, row) =>
      count === 0 ? [] : [{ y: [edge(row), edge(row + 1)] as const, count }],
    ),
  }));
}
