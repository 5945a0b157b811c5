/** What is to be seen, free of any pen: the same picture becomes SVG for pages and reports, and text for terminals. */
export type Picture = {
  readonly title: string;
  readonly x: Axis; // one for all panels: they stand above each other
  readonly panels: readonly Panel[];
};
export type Panel = {
  readonly y: Axis;
  readonly share: number; // of the height, against the other panels
  readonly marks: readonly Mark[];
};

/** `label` names the unit where there is one: "IOPS", "time in s". */
export type Axis = {
  readonly label: string;
  readonly scale: "linear" | "log";
  readonly from: number;
  readonly to: number;
  readonly names?: readonly Tick[]; // instead of numbers, for what is counted and not measured
};
export type Tick = { readonly at: number; readonly label: string };

export type Point = readonly [x: number, y: number];
/** Which of the six inks: a colour, a dash and a shape together, so that one of the three suffices. */
export type Ink = 0 | 1 | 2 | 3 | 4 | 5;
/** A label stands beside its mark; there is no legend. */
export type Mark = { readonly ink: Ink; readonly label?: string } & (
  | { readonly as: "scatter"; readonly points: readonly Point[] }
  | { readonly as: "line"; readonly points: readonly Point[] }
  | { readonly as: "step"; readonly points: readonly Point[] } // each value holds until the next point
  | { readonly as: "band"; readonly parts: readonly { x: number; low: number; high: number }[] }
  | { readonly as: "bars"; readonly bars: readonly { from: number; to: number; value: number }[] }
  | { readonly as: "rule"; readonly at: number } // upright, at an x
  | { readonly as: "heat"; readonly cells: readonly Cell[] }
);
export type Cell = {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly part: number; // of the fullest cell
};

export const INKS: readonly Ink[] = [0, 1, 2, 3, 4, 5];
/** The seventh is drawn as the first: six are as many as eyes tell apart. */
export const inkOf = (at: number): Ink => INKS[at % INKS.length]!;
