/**
 * Okabe and Ito's colours, of which purple is darkened on white, orange is a brown there and a yellow on the dark, so that each stands
 * out from its ground. Dash and shape tell the six apart where colour does not.
 */
export type Look = {
  readonly light: string;
  readonly dark: string;
  readonly dash: string; // lengths in px, empty: unbroken
  readonly shape: string; // an SVG path from the point on
  readonly sign: string; // one character, for terminals
  readonly ansi: number;
};

export const LOOKS: readonly Look[] = [
  { light: "#0072b2", dark: "#56b4e9", dash: "", shape: "h0", sign: "●", ansi: 34 },
  { light: "#d55e00", dark: "#d55e00", dash: "7 4", shape: "m-2.5-2.5l5 5m0-5l-5 5", sign: "×", ansi: 31 },
  { light: "#009e73", dark: "#009e73", dash: "2 3", shape: "m-2.5-2.5h5v5h-5z", sign: "□", ansi: 32 },
  { light: "#b8558d", dark: "#cc79a7", dash: "10 3 2 3", shape: "m0-3l3 5h-6z", sign: "▲", ansi: 35 },
  { light: "#6b4a00", dark: "#f0e442", dash: "14 4", shape: "m-3 0h6m-3-3v6", sign: "+", ansi: 33 },
  {
    light: "#000000",
    dark: "#e8e8e8",
    dash: "5 3 1 3 1 3",
    shape: "m0-3.5l3.5 3.5-3.5 3.5-3.5-3.5z",
    sign: "◇",
    ansi: 39,
  },
];

/** Ground, words and thin lines of the two themes, as on the page. */
export const THEMES = {
  light: { ground: "#ffffff", text: "#171c21", dim: "#56616c", line: "#d5dbe1" },
  dark: { ground: "#11161b", text: "#e3e8ed", dim: "#9aa6b2", line: "#2c353e" },
} as const;
