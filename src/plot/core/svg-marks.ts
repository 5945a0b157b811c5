import { LOOKS } from "./inks.ts";
import type { Mark, Point } from "./picture.ts";
import { corners, pieces, shown } from "./shapes.ts";

/** Where a panel lies on the sheet, in px. */
export type Box = {
  readonly left: number;
  readonly top: number;
  readonly wide: number;
  readonly high: number;
};
type Of<As extends Mark["as"]> = Extract<Mark, { as: As }>;
type Pen = { place(point: Point): Point; to(part: Point): Point; box: Box };

export const px = (value: number): string => String(Math.round(10 * value) / 10);

export function drawn(mark: Mark, place: (point: Point) => Point, box: Box): string {
  const { left, top, wide, high } = box;
  const to = ([x, y]: Point): Point => [left + wide * x, top + high * (1 - y)];
  return (DRAWN[mark.as] as (mark: Mark, pen: Pen) => string)(mark, { place, to, box });
}

const DRAWN: { readonly [As in Mark["as"]]: (mark: Of<As>, pen: Pen) => string } = {
  scatter,
  line: (mark, pen) => line(mark.ink, mark.points, pen),
  step: (mark, pen) => line(mark.ink, corners(mark.points), pen),
  band,
  bars,
  rule,
  heat,
};

const DENSE = 300;

/** A crowd stands back: faint, in whole px, each place once. */
function scatter({ ink, points }: Of<"scatter">, { place, to }: Pen): string {
  const isDense = points.length > DENSE;
  const round = isDense ? (value: number) => String(Math.round(value)) : px;
  const places = shown(points, place).map((point) => to(point).map(round).join(" "));
  const { shape } = LOOKS[ink]!;
  const d = [...new Set(places)].map((one) => `M${one}${shape}`).join("");
  const width = shape === "h0" ? (isDense ? 3 : 6) : 1.3;
  return `<path class="i${ink}" stroke-width="${width}" stroke-linecap="round"${isDense ? ' opacity=".45"' : ""} d="${d}"/>`;
}

function line(ink: number, points: readonly Point[], { place, to }: Pen): string {
  const d = pieces(points, place).map(
    (piece) => `M${piece.map((one) => to(one).map(px).join(" ")).join("L")}`,
  );
  return `<path class="i${ink}" stroke-width="2.5"${dash(ink)} d="${d.join("")}"/>`;
}

const dash = (ink: number): string => {
  const { dash: lengths } = LOOKS[ink]!;
  return lengths === "" ? "" : ` stroke-dasharray="${lengths}"`;
};

function band({ ink, parts }: Of<"band">, { place, to }: Pen): string {
  const at = (x: number, y: number) => {
    const [across, up] = place([x, y]);
    return to([across, Math.min(1, Math.max(0, up))])
      .map(px)
      .join(" ");
  };
  const [above, below] = [parts.map(({ x, high }) => at(x, high)), parts.map(({ x, low }) => at(x, low))];
  const around = [...above, ...[...below].reverse()].join("L");
  return (
    `<polygon class="f${ink}" opacity=".2" points="${around.replaceAll("L", " ")}"/>` +
    `<path class="i${ink}"${dash(ink)} d="M${above.join("L")}M${below.join("L")}"/>`
  );
}

function bars({ ink, bars: all }: Of<"bars">, { place, to, box }: Pen): string {
  const rects = all.map(({ from, to: end, value }) => {
    const [x, y] = to(place([from, value]));
    const [right] = to(place([end, value]));
    const gap = right - x > 4 ? 1 : 0;
    return `<rect x="${px(x)}" y="${px(y)}" width="${px(right - x - gap)}" height="${px(box.top + box.high - y)}"/>`;
  });
  return `<g class="f${ink}">${rects.join("")}</g>`;
}

function rule({ ink, at }: Of<"rule">, { place, to, box }: Pen): string {
  const [x] = to([place([at, Number.NaN])[0], 0]);
  return `<path class="i${ink}" stroke-width="1.5" stroke-dasharray="6 4" d="M${px(x)} ${px(box.top - 4)}v${px(box.high + 4)}"/>`;
}

const SHADES = 8;

/** One path a shade: thousands of cells stay small. */
function heat({ ink, cells }: Of<"heat">, { place, to }: Pen): string {
  const shades = Array.from({ length: SHADES }, (): string[] => []);
  for (const { x, y, part } of cells) {
    if (!(part > 0)) continue;
    const [left, bottom] = to(place([x[0], y[0]]));
    const [right, top] = to(place([x[1], y[1]]));
    const d = `M${px(left)} ${px(top)}h${px(right - left)}v${px(bottom - top)}h${px(left - right)}z`;
    shades[Math.min(SHADES - 1, Math.floor(SHADES * part))]!.push(d);
  }
  return shades
    .map((all, at) => `<path class="full f${ink}" opacity="${px((at + 1) / SHADES)}" d="${all.join("")}"/>`)
    .join("");
}

/** How a mark looks, before its label: read without the colour. */
export function swatch(mark: Mark, x: number, y: number): string {
  const { ink } = mark;
  if (mark.as === "scatter") {
    const { shape } = LOOKS[ink]!;
    return `<path class="i${ink}" stroke-width="${shape === "h0" ? 6 : 1.3}" stroke-linecap="round" d="M${px(x + 11)} ${px(y)}${shape}"/>`;
  }
  if (mark.as === "band")
    return `<rect class="f${ink}" opacity=".35" x="${px(x)}" y="${px(y - 4)}" width="22" height="8"/>`;
  return `<path class="i${ink}" stroke-width="2.5"${dash(ink)} d="M${px(x)} ${px(y)}h24"/>`;
}
