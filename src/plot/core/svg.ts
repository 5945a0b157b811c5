import { printable } from "../../base/text.ts";
import { placeOn, ticksOf } from "./axis.ts";
import { LOOKS, THEMES } from "./inks.ts";
import type { Mark, Panel, Picture, Point } from "./picture.ts";
import { labels, placer, uncrowded } from "./shapes.ts";
import { type Box, drawn, px, swatch } from "./svg-marks.ts";

export type Sheet = {
  readonly wide: number; // in px
  readonly high: number;
  readonly theme: "auto" | "light" | "dark"; // auto: as whoever looks wishes
  readonly within?: "page"; // inside HTML, which needs no name of the language
};
export const SHEET: Sheet = { wide: 900, high: 400, theme: "auto" };

const [LEFT, TOP, BOTTOM, HEAD, LETTER] = [64, 30, 48, 30, 6.6];

/** The picture as SVG: the same bytes for the same picture, and nothing in it that a page would run or load. */
export function svg(picture: Picture, sheet: Sheet = SHEET): string {
  const { wide, high } = sheet;
  const named = picture.panels.flatMap(({ marks }) =>
    marks.filter(({ as }) => as !== "rule").map(({ label = "" }) => printable(label, MOST_LABEL).length),
  );
  const longest = Math.max(0, ...named);
  const right = longest === 0 ? 20 : 48 + LETTER * longest;
  const shares = picture.panels.reduce((sum, { share }) => sum + share, 0);
  const room = high - TOP - BOTTOM - HEAD * picture.panels.length;
  let top = TOP;
  const panels = picture.panels.map((panel) => {
    const tall = (room * panel.share) / shares;
    const box = { left: LEFT, top: top + HEAD, wide: wide - LEFT - right, high: tall };
    top += HEAD + tall;
    return panelDrawn(picture, panel, box);
  });
  const title = words(picture.title);
  const below = { left: LEFT, top: TOP + HEAD, wide: wide - LEFT - right, high: high - BOTTOM - TOP - HEAD };
  return [
    `<svg${sheet.within === "page" ? "" : LANGUAGE} class="plot" viewBox="0 0 ${px(wide)} ${px(high)}" role="img">`,
    `<title>${title}</title><style>${styleOf(sheet.theme)}</style>`,
    `<rect class="ground" width="${px(wide)}" height="${px(high)}"/>`,
    `<text class="title" x="16" y="22" font-weight="bold" font-size="14">${title}</text>`,
    ...panels,
    across(picture, below),
    "</svg>\n",
  ].join("\n");
}

const MOST_LABEL = 30;
const LANGUAGE = ' xmlns="http://www.w3.org/2000/svg"';

/** Strangers' words as text of XML. */
export const words = (text: string, most = 200): string =>
  printable(text, most)
    .replace(/[\ud800-\udfff\ufffe\uffff]/gu, "\ufffd") // lone halves and what XML has no place for
    .replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);

function styleOf(theme: Sheet["theme"]): string {
  const rules = (is: "light" | "dark") => {
    const { ground, text, dim, line } = THEMES[is];
    const inks = LOOKS.map((look, at) => `.plot .i${at}{stroke:${look[is]}}.plot .f${at}{fill:${look[is]}}`);
    const paper = `.plot .ground{fill:${ground}}.plot text{fill:${text}}.plot .dim{fill:${dim}}`;
    return `${paper}.plot .axis{stroke:${dim}}.plot .grid{stroke:${line}}${inks.join("")}`;
  };
  const always = ".plot text{font-family:system-ui,sans-serif}.plot path{fill:none}.plot .full{stroke:none}";
  if (theme !== "auto") return always + rules(theme);
  return `${always}${rules("light")}@media (prefers-color-scheme:dark){${rules("dark")}}`;
}

const text = (x: number, y: number, says: string, more = "") =>
  `<text x="${px(x)}" y="${px(y)}" font-size="12"${more}>${words(says)}</text>`;

function panelDrawn(picture: Picture, panel: Panel, box: Box): string {
  const { left, top, wide, high } = box;
  const place = placer(picture, panel);
  const ticks = ticksOf(panel.y, Math.max(2, Math.floor(high / 45))).map(({ at, label }) => {
    const y = top + high * (1 - placeOn(panel.y, at));
    const line = `<path class="grid" d="M${px(left)} ${px(y)}h${px(wide)}"/>`;
    return line + text(left - 6, y + 4, label, ' class="dim" text-anchor="end"');
  });
  const beside = labels(panel, place, high, 16).map(({ mark, label, at }) => {
    const x = left + wide + 8;
    return swatch(mark, x, top + at) + text(x + 28, top + at + 4, printable(label, MOST_LABEL));
  });
  return [
    ...ticks,
    text(left - 48, top - 12, panel.y.label, ' class="dim"'),
    ...panel.marks.map((mark) => drawn(mark, place, box)),
    ...panel.marks.map((mark) => ruleLabel(mark, place, box)),
    `<path class="axis" d="M${px(left)} ${px(top)}v${px(high)}h${px(wide)}"/>`,
    ...beside,
  ].join("\n");
}

/** Above its rule, on the side that has more room. */
function ruleLabel(mark: Mark, place: (point: Point) => Point, { left, top, wide }: Box): string {
  if (mark.as !== "rule" || mark.label === undefined) return "";
  const part = place([mark.at, Number.NaN])[0];
  const anchor = part > 0.5 ? ' text-anchor="end"' : "";
  return text(left + wide * part, top - 8, mark.label, anchor);
}

function across({ x }: Picture, { left, top, wide, high }: Box): string {
  const bottom = top + high;
  const middle = (at: number) => left + wide * placeOn(x, at);
  const half = (label: string) => (LETTER * label.length) / 2 + 4;
  const all = ticksOf(x, Math.floor(wide / 90)).map(({ at, label }) => ({ at, label: printable(label, 40) }));
  const ticks = uncrowded(all, ({ at, label }) => [middle(at) - half(label), middle(at) + half(label)]);
  return [
    ...ticks.map(
      ({ at, label }) =>
        `<path class="axis" d="M${px(middle(at))} ${px(bottom)}v5"/>` +
        text(middle(at), bottom + 18, label, ' class="dim" text-anchor="middle"'),
    ),
    text(left + wide / 2, bottom + 38, x.label, ' class="dim" text-anchor="middle"'),
  ].join("\n");
}
