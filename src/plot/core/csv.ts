import { printable } from "../../base/text.ts";
import type { Mark, Picture } from "./picture.ts";

/** All that a picture shows as rows, for other programs. */
export function csv({ panels }: Picture): string {
  const rows = panels.flatMap(({ y, marks }) =>
    marks.flatMap((mark) => valuesOf(mark).map((row) => [mark.as, mark.label ?? "", y.label, ...row])),
  );
  return [["mark", "label", "axis", "x", "y", "y to"], ...rows]
    .map((row) => `${row.map(cell).join(",")}\n`)
    .join("");
}

function valuesOf(mark: Mark): (string | number)[][] {
  if (mark.as === "rule") return [[mark.at, "", ""]];
  if (mark.as === "band") return mark.parts.map(({ x, low, high }) => [x, low, high]);
  if (mark.as === "bars") return mark.bars.map(({ from, to, value }) => [(from + to) / 2, value, ""]);
  if (mark.as === "heat") return mark.cells.map(({ x, y }) => [x[0], y[0], y[1]]);
  return mark.points.map(([x, y]) => [x, y, ""]);
}

/** Quoted where it must be; what a spreadsheet would take for a formula begins with an apostrophe. */
function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = printable(value);
  const inert = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
