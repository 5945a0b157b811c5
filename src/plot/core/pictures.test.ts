import { expect, test } from "vitest";
import { csv } from "./csv.ts";
import { distribution, once } from "./distribution.ts";
import { binned, heatMap } from "./heat.ts";
import { iopsOverTime } from "./iops.ts";
import type { Mark, Point } from "./picture.ts";
import { svg } from "./svg.ts";
import { sketched } from "./terminal.ts";

const curve = (level: number): Point[] =>
  Array.from({ length: 1800 }, (_, at) => [at / 2, level * (1 + 0.3 * Math.sin(at * 17))]);
const values = (level: number) => curve(level).map(([, y]) => y);

test("IOPS over time keep every window behind the smooth line, with both baselines as bands, from 0", () => {
  const versions = [
    { name: "v4.11", points: curve(900) },
    { name: "v4.13-rc1", points: curve(9000) },
  ];
  const baselines = [
    { name: "SSD", values: values(10_000) },
    { name: "HDD", values: values(300) },
  ];

  const { panels, x } = iopsOverTime(versions, { fit: "bezier", baselines });

  const { marks, y } = panels[0]!;
  expect(marks.map(({ as, label }) => [as, label])).toEqual([
    ["band", "SSD"],
    ["band", "HDD"],
    ["scatter", undefined],
    ["scatter", undefined],
    ["line", "v4.11"],
    ["line", "v4.13-rc1"],
  ]);
  expect([x.from, x.to, y.from]).toEqual([0, 899.5, 0]);
  expect(marks[2]?.as === "scatter" && marks[2].points).toHaveLength(1800);
});

test("without a fit the points carry the name; nothing measured is an empty picture, not an error", () => {
  const [mark] = iopsOverTime([{ name: "v1", points: curve(5) }], { fit: "none" }).panels[0]!.marks;

  expect(mark).toMatchObject({ as: "scatter", label: "v1" });
  for (const fit of ["bezier", "loess", "none"] as const)
    expect(svg(iopsOverTime([{ name: "v1", points: [] }], { fit }))).not.toMatch(/NaN|Infinity/);
  expect(svg(heatMap("v1", [{ name: "ns", columns: binned([]) }]))).not.toMatch(/NaN|Infinity/);
  const empty = { title: "", unit: "", scale: "log" } as const;
  expect(svg(distribution([{ name: "v1", values: [] }], empty))).not.toMatch(/NaN|Infinity/);
});

test("a heat map counts every window once, and its darkest cell is the fullest", () => {
  const columns = binned(curve(100_000));

  const [heat] = heatMap("v1", [{ name: "ns", columns }]).panels[0]!.marks as Extract<Mark, { as: "heat" }>[];

  const counts = columns.flatMap(({ bins }) => bins.map(({ count }) => count));
  expect(counts.reduce((sum, one) => sum + one, 0)).toBe(1800);
  expect(columns).toHaveLength(60);
  const parts = heat!.cells.map(({ part }) => part);
  expect([Math.min(...parts) > 0, Math.max(...parts)]).toEqual([true, 1]);
  expect(parts.indexOf(1)).toBe(counts.indexOf(Math.max(...counts)));
});

test("one request in ten thousand that takes a second is seen beside all the others, in SVG and in a terminal", () => {
  const x = [0, 1] as const;
  const bins = [
    { y: [100, 110] as const, count: 9999 },
    { y: [1e6, 1.1e6] as const, count: 1 },
  ];

  const picture = heatMap("v1", [{ name: "µs", columns: [{ x, bins }] }]);

  const shades = [...svg(picture).matchAll(/opacity="([\d.]+)" d="M/g)].map(([, one]) => Number(one));
  expect(shades).toEqual([0.1, 1]);
  expect(sketched(picture, { width: 60, colours: false }).join("\n")).toMatch(/·[\s\S]*█/);
});

test("a distribution rises from 0 to 100 % and has its median where half of the requests lie", () => {
  const counted = [
    { value: 300, count: 1 },
    { value: 100, count: 6 },
    { value: 200, count: 3 },
  ];

  const { panels } = distribution([{ name: "v1", values: counted }], {
    title: "",
    unit: "ns",
    scale: "linear",
  });

  const [step, median] = panels[0]!.marks as Extract<Mark, { as: "step" | "scatter" }>[];
  expect(step!.points).toEqual([
    [100, 0],
    [100, 60],
    [200, 90],
    [300, 100],
  ]);
  expect(median!.points).toEqual([[100, 50]]);
  expect(once([3, Number.NaN, 1])).toEqual([
    { value: 1, count: 1 },
    { value: 3, count: 1 },
  ]);
});

test("as CSV every value is there, and no cell is a formula", () => {
  const text = csv(
    iopsOverTime(
      [
        {
          name: '=cmd|"x",1',
          points: [
            [0, 5],
            [1, 6],
          ],
        },
      ],
      { fit: "none" },
    ),
  );

  expect(text.trim().split("\n")).toEqual([
    "mark,label,axis,x,y,y to",
    `scatter,"'=cmd|""x"",1",IOPS,0,5,`,
    `scatter,"'=cmd|""x"",1",IOPS,1,6,`,
  ]);
});
