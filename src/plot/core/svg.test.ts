import { expect, test } from "vitest";
import type { Mark, Picture } from "./picture.ts";
import { posterior } from "./posterior.ts";
import { SHEET, svg } from "./svg.ts";

const picture = (marks: readonly Mark[], title = "IOPS"): Picture => ({
  title,
  x: { label: "time in s", scale: "linear", from: 0, to: 10 },
  panels: [{ share: 1, y: { label: "IOPS", scale: "linear", from: 0, to: 100 }, marks }],
});
const HOSTILE = `</text><script>alert("1")</script>&\u202e\u0000\ud800\x1b[31m`;

test("strangers' words stay words: no markup, no control characters, no half characters", () => {
  const points = [[1, 50]] as const;
  const marks: Mark[] = [
    { as: "line", ink: 0, points, label: HOSTILE },
    { as: "rule", ink: 1, at: 4, label: HOSTILE },
  ];
  const made = svg({
    ...picture(marks, HOSTILE),
    x: { ...picture([]).x, label: HOSTILE, names: [{ at: 1, label: HOSTILE }] },
  });

  expect(made).not.toMatch(/<script|alert\("/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  expect(made).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]|[\ud800-\udfff]/u);
  expect(balanced(made)).toEqual([]);
});

test("the same picture is the same bytes, in both themes in one file or in one", () => {
  const same = picture([
    {
      as: "line",
      ink: 2,
      points: [
        [0, 0],
        [10, 100],
      ],
      label: "fixed",
    },
  ]);

  expect(svg(same)).toBe(svg(structuredClone(same)));
  expect(svg(same)).toContain("prefers-color-scheme:dark");
  expect(svg(same, { ...SHEET, theme: "dark" })).not.toContain("prefers-color-scheme");
  expect(svg(same, { ...SHEET, within: "page" })).not.toMatch(/https?:/);
});

test("a line breaks where a value is missing, and what the axes do not hold is left out", () => {
  const points = [
    [0, 10],
    [2, 20],
    [4, Number.NaN],
    [6, 30],
    [8, 40],
    [9, 400],
  ] as const;

  const path = /<path class="i0"[^>]* d="([^"]*)"/.exec(svg(picture([{ as: "line", ink: 0, points }])))![1]!;

  expect(path.split("M").map((piece) => piece.split("L").length)).toEqual([1, 2, 2]);
});

test("labels of lines that end together stand below each other, inside the sheet", () => {
  const ends = [99, 100, 98, 99.5, 100];
  const marks = ends.map(
    (end, at): Mark => ({
      as: "line",
      ink: 0,
      points: [
        [0, 0],
        [10, end],
      ],
      label: `v${at}`,
    }),
  );
  const made = svg(picture(marks));

  const heights = marks.map(({ label }) => Number(new RegExp(`y="([0-9.]+)"[^>]*>${label}<`).exec(made)![1]));
  const sorted = [...heights].sort((a, b) => a - b);
  for (const [at, height] of sorted.entries()) expect(height - (sorted[at - 1] ?? 0)).toBeGreaterThan(15);
  expect(sorted.at(-1)).toBeLessThan(SHEET.high);
});

test("60 000 commits are a picture of less than 60 kB, and their probabilities are all in it", () => {
  const probability = Float64Array.from({ length: 60_000 }, () => 1 / 60_000);
  const doubt = { old: "v4.11", new: "v4.13-rc1", unit: "reading", probability, readings: [] };

  const whole = posterior(doubt, 200);
  const [bars] = whole.panels[0]!.marks;
  expect(bars?.as === "bars" && bars.bars.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(100, 6);
  expect(svg(whole).length).toBeLessThan(60_000);
});

/** What was opened and not closed, or closed and not opened. */
function balanced(made: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, close, name, self] of made.matchAll(/<(\/?)([a-z]+)(?:"[^"]*"|[^"<>])*?(\/?)>/g)) {
    if (self === "/") continue;
    if (close === "") open.push(name!);
    else if (open.pop() !== name) wrong.push(name!);
  }
  return [...wrong, ...open];
}
