import { expect, test } from "vitest";
import type { Mark, Picture } from "./picture.ts";
import { posterior } from "./posterior.ts";
import { spark } from "./spark.ts";
import { sketched } from "./terminal.ts";
import { readingsByVersion } from "./versions.ts";

const plain = { width: 60, colours: false };
const picture = (marks: readonly Mark[]): Picture => ({
  title: "IOPS",
  x: { label: "time in s", scale: "linear", from: 0, to: 10 },
  panels: [{ share: 1, y: { label: "IOPS", scale: "linear", from: 0, to: 100 }, marks }],
});

test("a search is bars of probability and under them what was read, at one axis", () => {
  const probability = [0.02, 0.02, 0.06, 0.8, 0.06, 0.02, 0.02];
  const readings = [
    { at: -1, value: 100 },
    { at: 2, value: 102 },
    { at: 3, value: 119 },
    { at: 6, value: 120 },
  ];
  const doubt = { old: "v1", new: "v2", unit: "reading", probability, readings };

  const lines = sketched(posterior({ ...doubt, top: { at: 3, label: "abc: 80 %" } }, 60), plain);

  expect(`\n${lines.join("\n")}\n`).toMatchInlineSnapshot(`
    "
    Which commit made the change
     probability in %          abc: 80 %
        │                           ███████
        │                           ███████
        │                           ███████
     50 ┤                           ███████
        │                           ███████
        │                           ███████
        │                           ███████
      0 ┤       ▂▂▂▂▂▂▂▂▂▂▂▂▂▅▅▅▅▅▅▅███████▅▅▅▅▅▅▅▂▂▂▂▂▂▂▂▂▂▂▂▂
     reading
    120 ┤                              □                   □
        │                              ┊
        │                              ┊
    110 ┤                              ┊
        │                              ┊
        │                              ┊
        │                              ┊
    100 ┤    □                   □     ┊
        └────┬────────────────────────────────┬─────────────────
             0                                5
         commits after v1, up to v2, in git's order
    "
  `);
});

test("without colours the signs tell lines apart, and each label begins with its sign", () => {
  const lines = sketched(
    picture([
      {
        as: "line",
        ink: 0,
        points: [
          [0, 10],
          [10, 10],
        ],
        label: "v4.11",
      },
      {
        as: "line",
        ink: 1,
        points: [
          [0, 90],
          [10, 90],
        ],
        label: "v4.13",
      },
    ]),
    plain,
  );

  expect(lines.filter((line) => line.includes("●●●")).map((line) => line.slice(-7))).toEqual(["● v4.11"]);
  expect(lines.filter((line) => line.includes("×××")).map((line) => line.slice(-7))).toEqual(["× v4.13"]);
  expect(lines.join("")).not.toContain("\x1b");
});

test("a crowd of points is braille, dot for dot", () => {
  const points = Array.from({ length: 1000 }, (_, at) => [at / 100, at / 10] as const);

  const lines = sketched(picture([{ as: "scatter", ink: 0, points }]), plain);

  const dots = [...lines.join("")].reduce((sum, sign) => sum + bitsOf(sign.codePointAt(0)! - 0x2800), 0);
  expect(dots).toBeGreaterThan(64); // one in each of 16 rows of four, at least
  expect(lines.every((line) => line.length <= 60)).toBe(true);
});

test("no line is wider than the terminal, whatever the words, and no escape of a stranger's gets through", () => {
  const name = "\x1b]0;owned\x07 a very long name of a version that nobody would type";
  const versions = [3, 4, 5].map((value) => ({ name, values: [value, value + 1] }));
  const change = { before: 1, label: name };

  for (const width of [30, 40, 80, 200]) {
    const lines = sketched(readingsByVersion(versions, { title: name, unit: "s", change }), {
      width,
      colours: false,
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
    expect(lines.join("\n")).not.toMatch(/\x1b|\x07/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  }
});

test("a spark keeps every value in the sum of its character", () => {
  expect(spark([0, 1, 2, 4, 8], 5)).toBe(" ▁▂▄█");
  expect(spark([0, 0, 0, 0, 0, 0, 1, 1], 4)).toBe("   █");
  expect([spark([], 10), spark([0, 0], 10)]).toEqual(["", "  "]);
});

const bitsOf = (braille: number): number =>
  braille > 0 && braille < 256 ? braille.toString(2).replaceAll("0", "").length : 0;
