/** Which rows of a long list are worth drawing: those in sight and some around them. */
export type Window = { readonly from: number; readonly to: number };

const AROUND = 6;

export function windowOf(of: { rows: number; rowPx: number; topPx: number; sightPx: number }): Window {
  const { rows, rowPx, topPx, sightPx } = of;
  const first = Math.floor(topPx / rowPx) - AROUND;
  const last = Math.ceil((topPx + sightPx) / rowPx) + AROUND;
  const from = Math.max(0, Math.min(first, rows - 1));
  return { from, to: Math.max(0, Math.min(last, rows)) };
}
