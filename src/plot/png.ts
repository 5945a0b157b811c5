import { Resvg } from "@resvg/resvg-js";

/** Debian's own; where it is not, whatever font there is stands in. */
const FONT = { loadSystemFonts: true, sansSerifFamily: "DejaVu Sans", defaultFontFamily: "DejaVu Sans" };

/** An SVG of ours as PNG, `scale` times as large. No font is shipped: on a host without any, words are missing. */
export function png(svg: string, scale = 2): Uint8Array {
  return new Resvg(svg, { font: FONT, fitTo: { mode: "zoom", value: scale } }).render().asPng();
}

/** Whether words would be seen. */
export function hasFont(): boolean {
  const words = `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><text y="15">Ag</text></svg>`;
  return new Resvg(words, { font: FONT }).getBBox() !== undefined;
}
