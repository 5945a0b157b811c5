import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Told, Verdict } from "../support/matrix.ts";
import { allCells, BOOTS, type Booted, type Cell, COLUMNS, notBooted } from "./cells.ts";
import { FIRMWARES, type FirmwareId } from "./firmwares.ts";
import { PLACES, type PlaceId } from "./places.ts";

const PAGE = join(import.meta.dirname, "../../docs/booting.md");
const [BEGIN, END] = ["<!-- results of test:firmware -->", "<!-- end of results -->"];

/** A row for each firmware in each place, a column for each release; then what is not booted, and why. */
export function resultLines(told: readonly Told<Cell>[]): string[] {
  const places = Object.keys(PLACES) as PlaceId[];
  const firmwares = Object.keys(FIRMWARES) as FirmwareId[];
  const pairs = firmwares.flatMap((firmware) => places.map((place) => [firmware, place] as const));
  const rows = pairs.flatMap(([firmware, place]) => {
    const of = told.filter(({ cell }) => cell.firmware === firmware && cell.place === place);
    if (of.length === 0) return [];
    const cells = IMAGES.map((image) => {
      const one = of.find(({ cell }) => cell.image === image);
      return one === undefined ? "" : words(one.verdict);
    });
    return [
      `| ${[FIRMWARES[firmware].says, PLACES[place].says, BOOTS[firmware].shows, ...cells].join(" | ")} |`,
    ];
  });
  const head = ["firmware", "where", "seen on the serial console", ...IMAGES.map((image) => COLUMNS[image])];
  return [`| ${head.join(" | ")} |`, `|${"--|".repeat(head.length)}`, ...rows];
}

const IMAGES = Object.keys(COLUMNS) as Booted[];

/** What is not booted, and why. */
export function reasonLines(): string[] {
  const places = Object.keys(PLACES) as PlaceId[];
  return (Object.keys(FIRMWARES) as FirmwareId[]).flatMap((firmware) => {
    const reasons = new Set(places.flatMap((place) => notBooted(firmware, place) || []));
    return [...reasons].map((why) => {
      const where = places.filter((place) => notBooted(firmware, place) === why);
      return `- ${FIRMWARES[firmware].says}; ${where.map((place) => PLACES[place].says).join(", ")}: ${why}.`;
    });
  });
}

function words(verdict: Verdict): string {
  if (verdict.is === "pass") return `${Math.round(verdict.seconds)} s`;
  return verdict.is === "fail" ? "**fails**" : "could not tell";
}

/** The table in docs/booting.md, with the day and the command that made it. */
export function writeResults(told: readonly Told<Cell>[], args: readonly string[]): void {
  const text = readFileSync(PAGE, "utf8");
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${PAGE} has not the lines ${BEGIN} and ${END}`);
  const command = ["npm run test:firmware", ...(args.length > 0 ? ["--", ...args] : [])].join(" ");
  const passed = told.filter(({ verdict }) => verdict.is === "pass").length;
  const day = new Date().toISOString().slice(0, 10);
  const head = `\`${command}\`, ${day}: ${passed} of ${told.length} boots proved what they are for.`;
  const lines = [BEGIN, head, "", ...resultLines(told), "", "Not booted:", ...reasonLines(), END];
  writeFileSync(PAGE, `${before}${lines.join("\n")}${after}`);
}

/** A boot that could not be judged is to be booted again, and leaves nothing. */
export function keepVerdict(directory: string | undefined, told: Told<Cell>): void {
  if (directory === undefined || told.verdict.is === "unknown") return;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${told.cell.id.replaceAll("/", "-")}.json`), JSON.stringify(told));
}

/** What was told now, and of earlier runs what this one did not boot, in the order of the matrix. */
export function withEarlier(
  directory: string | undefined,
  told: readonly Told<Cell>[],
): readonly Told<Cell>[] {
  if (directory === undefined) return told;
  mkdirSync(directory, { recursive: true });
  const kept = readdirSync(directory).map(
    (name) => JSON.parse(readFileSync(join(directory, name), "utf8")) as Told<Cell>,
  );
  const judged = told.filter(({ verdict }) => verdict.is !== "unknown");
  const all = [...judged, ...kept, ...told];
  return allCells().flatMap(({ id }) => all.find(({ cell }) => cell.id === id) ?? []);
}
