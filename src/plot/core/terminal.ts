import { printable } from "../../base/text.ts";
import { placeOn, ticksOf } from "./axis.ts";
import { canvas } from "./canvas.ts";
import { LOOKS } from "./inks.ts";
import type { Panel, Picture, Point } from "./picture.ts";
import { labels, placer, uncrowded } from "./shapes.ts";
import { sketch } from "./terminal-marks.ts";

/** What a terminal can show. */
export type Screen = { readonly width: number; readonly colours: boolean };

const cut = (text: string, width: number): string => {
  const says = printable(text, 1000);
  return says.length > width ? `${says.slice(0, width - 1)}…` : says;
};

const ROWS = 16; // of all panels together
const WIDEST = 110; // beyond that a picture is harder to read, not easier

/** The picture as lines of text, for a terminal of any theme; without colours the signs tell the series apart. */
export function sketched(picture: Picture, { width: given, colours }: Screen, rows = ROWS): string[] {
  const width = Math.min(given, WIDEST);
  const shares = picture.panels.reduce((sum, { share }) => sum + share, 0);
  const each = picture.panels.map((panel) => {
    const high = Math.max(3, Math.round((rows * panel.share) / shares));
    return { panel, high, ticks: ticksOf(panel.y, Math.max(2, Math.floor(high / 3))) };
  });
  const left = Math.max(1, ...each.flatMap(({ ticks }) => ticks.map(({ label }) => label.length)));
  const longest = Math.max(0, ...picture.panels.flatMap(named));
  const right = Math.min(Math.floor(width / 3), longest === 0 ? 0 : longest + 4);
  const wide = Math.max(10, width - left - right - 2);
  return [
    cut(picture.title, width),
    ...each.flatMap((one) => panelLines(picture, one, { wide, left, right, colours })),
    ...across(picture, wide, left),
  ].map((line) => line.trimEnd());
}

const named = ({ marks }: Panel): number[] =>
  marks.filter(({ as }) => as !== "rule").map(({ label = "" }) => cut(label, 40).length);

type Room = {
  readonly wide: number;
  readonly left: number;
  readonly right: number;
  readonly colours: boolean;
};
type Part = {
  readonly panel: Panel;
  readonly high: number;
  readonly ticks: readonly { at: number; label: string }[];
};

function panelLines(picture: Picture, { panel, high, ticks }: Part, room: Room): string[] {
  const { wide, left, right, colours } = room;
  const place = placer(picture, panel);
  const board = canvas(wide, high);
  const lined = new Set(panel.marks.flatMap(({ as, ink }) => (as === "line" ? [ink] : [])));
  for (const mark of panel.marks) sketch(mark, { place, board, lined });
  const paint = (signs: string, ink: number) =>
    colours ? `\x1b[${LOOKS[ink]!.ansi}m${signs}\x1b[0m` : signs;
  const rowOf = (value: number) => high - 1 - Math.round((high - 1) * placeOn(panel.y, value));
  const names = new Map(ticks.map(({ at, label }) => [rowOf(at), label]));
  const beside = new Map(
    labels(panel, place, high - 1, 1).map(({ mark, label, at }) => {
      const says = `${LOOKS[mark.ink]!.sign} ${cut(label, Math.max(1, right - 4))}`;
      return [Math.round(at), paint(says, mark.ink)];
    }),
  );
  const lines = board.rows(paint).map((row, at) => {
    const name = names.get(at);
    return `${(name ?? "").padStart(left)} ${name === undefined ? "│" : "┤"}${row} ${beside.get(at) ?? ""}`;
  });
  return [header(panel, place, room), ...lines];
}

/** What the panel shows, and above each rule its label. */
function header(panel: Panel, place: (point: Point) => Point, { left, wide }: Room): string {
  let line = `${" ".repeat(Math.max(0, left - 2))}${cut(panel.y.label, wide)}`;
  for (const mark of panel.marks) {
    if (mark.as !== "rule" || mark.label === undefined) continue;
    const part = place([mark.at, Number.NaN])[0];
    const says = cut(mark.label, wide);
    const column = left + 2 + Math.floor(part * wide) - (part > 0.5 ? says.length - 1 : 0);
    line = column > line.length + 1 ? line.padEnd(column) + says : `${line}, ┊ ${says}`;
  }
  return cut(line, left + 2 + wide);
}

function across({ x }: Picture, wide: number, left: number): string[] {
  const columnOf = (at: number) => Math.min(wide - 1, Math.floor(wide * placeOn(x, at)));
  const all = ticksOf(x, Math.floor(wide / 12)).map(({ at, label }) => {
    const says = cut(label, 20);
    const from = Math.max(0, columnOf(at) - Math.floor(says.length / 2));
    return { column: columnOf(at), says, from };
  });
  const ticks = uncrowded(all, ({ from, says }) => [from, from + says.length + 1]);
  const marks = new Set(ticks.map(({ column }) => column));
  const line = Array.from({ length: wide }, (_, at) => (marks.has(at) ? "┬" : "─")).join("");
  const words = ticks.reduce((row, { from, says }) => row.padEnd(from) + says, "");
  const start = " ".repeat(left + 2);
  return [`${" ".repeat(left + 1)}└${line}`, start + words, start + cut(x.label, wide)];
}
