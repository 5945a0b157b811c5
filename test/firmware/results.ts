import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Told, Verdict } from "./boot-cell.ts";
import { BOOTS, RELEASES } from "./cells.ts";
import { FIRMWARES, type FirmwareId } from "./firmwares.ts";
import { PLACES, type PlaceId } from "./places.ts";

const PAGE = join(import.meta.dirname, "../../docs/booting.md");
const [BEGIN, END] = ["<!-- results of test:firmware -->", "<!-- end of results -->"];

/** A row a firmware, a column a place; in a cell both releases. */
export function resultLines(told: readonly Told[]): string[] {
  const places = (Object.keys(PLACES) as PlaceId[]).filter((id) =>
    told.some(({ cell }) => cell.place === id),
  );
  const of = (firmware: FirmwareId) => told.filter(({ cell }) => cell.firmware === firmware);
  const firmwares = (Object.keys(FIRMWARES) as FirmwareId[]).filter((id) => of(id).length > 0);
  const rows = firmwares.map((firmware) => {
    const cells = places.map((place) =>
      of(firmware)
        .filter(({ cell }) => cell.place === place)
        .map(({ cell, verdict }) => `${RELEASES[cell.image]}: ${words(verdict)}`)
        .join(", "),
    );
    return `| ${[FIRMWARES[firmware].says, BOOTS[firmware].shows, ...cells].join(" | ")} |`;
  });
  const head = ["firmware", "seen on the serial console", ...places.map((place) => PLACES[place].says)];
  return [`| ${head.join(" | ")} |`, `|${"--|".repeat(head.length)}`, ...rows];
}

function words(verdict: Verdict): string {
  if (verdict.is === "pass") return `${Math.round(verdict.seconds)} s`;
  return verdict.is === "fail" ? "**fails**" : "could not tell";
}

/** The table in docs/booting.md, with the day and the command that made it. */
export function writeResults(told: readonly Told[], args: readonly string[]): void {
  const text = readFileSync(PAGE, "utf8");
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${PAGE} has not the lines ${BEGIN} and ${END}`);
  const command = ["npm run test:firmware", ...(args.length > 0 ? ["--", ...args] : [])].join(" ");
  const passed = told.filter(({ verdict }) => verdict.is === "pass").length;
  const day = new Date().toISOString().slice(0, 10);
  const head = `\`${command}\`, ${day}: ${passed} of ${told.length} boots proved what they are for.`;
  const lines = [BEGIN, head, "", ...resultLines(told), END];
  writeFileSync(PAGE, `${before}${lines.join("\n")}${after}`);
}
