import { expect, test } from "vitest";
import { LOOKS, THEMES } from "./inks.ts";

type Rgb = readonly [number, number, number];

const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
const rgbOf = (hex: string) =>
  [1, 3, 5].map((at) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255)) as unknown as Rgb;
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
/** WCAG 2.2, contrast ratio. */
function contrast(a: string, b: string): number {
  const [light, dark] = [a, b].map((one) => luminance(rgbOf(one))).sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

// Machado, Oliveira and Fernandes (2009), severity 1, rows of a matrix on linear RGB
const EYES: Readonly<Record<string, readonly Rgb[]>> = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function seen(hex: string, eyes: readonly Rgb[]): Rgb {
  const colour = rgbOf(hex);
  const dot = (row: Rgb) => row.reduce((sum, one, at) => sum + one * colour[at]!, 0);
  return eyes.map((row) => Math.min(1, Math.max(0, dot(row)))) as unknown as Rgb;
}

/** CIE 1976, from linear RGB under D65. */
function lab([r, g, b]: Rgb): Rgb {
  const root = (part: number) => (part > 0.008856 ? Math.cbrt(part) : 7.787 * part + 16 / 116);
  const x = root((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = root(luminance([r, g, b]));
  const z = root((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

for (const theme of ["light", "dark"] as const) {
  const { ground, text, dim } = THEMES[theme];

  test(`on the ${theme} ground marks have a contrast of 3 and words of 4.5, as WCAG asks`, () => {
    for (const look of LOOKS) expect(contrast(look[theme], ground), look[theme]).toBeGreaterThan(3);
    for (const words of [text, dim]) expect(contrast(words, ground), words).toBeGreaterThan(4.5);
  });

  test(`the six inks on the ${theme} ground differ to every kind of eye`, () => {
    for (const [eyes, matrix] of Object.entries(EYES))
      for (const [at, a] of LOOKS.entries())
        for (const b of LOOKS.slice(at + 1)) {
          const [x, y] = [lab(seen(a[theme], matrix)), lab(seen(b[theme], matrix))];
          const apart = Math.hypot(...x.map((one, axis) => one - y[axis]!));
          expect(apart, `${eyes}: ${a[theme]} ${b[theme]}`).toBeGreaterThan(15); // 2.3 is just noticeable
        }
  });
}

test("without colour dash, shape and sign still tell the six apart", () => {
  for (const way of ["dash", "shape", "sign"] as const)
    expect(new Set(LOOKS.map((look) => look[way])).size).toBe(LOOKS.length);
});
