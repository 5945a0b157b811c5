import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect, test } from "vitest";
import { MAY_IMPORT, ONLY_IN } from "./rooms.ts";

const ROOT = join(import.meta.dirname, "../..");
const LONGEST_FILE = 400;
const LONGEST_LINE = 110;
const CLOCK_OR_DICE = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(/;

type Source = {
  path: string;
  room: string;
  pure: boolean;
  isTest: boolean;
  lines: string[];
  imports: string[];
};

const SOURCES: Source[] = ["src", "web"].flatMap((top) => {
  return readdirSync(join(ROOT, top), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => sourceAt(join(top, path)));
});

function sourceAt(path: string): Source {
  const text = readFileSync(join(ROOT, path), "utf8");
  const [top, first] = path.split("/") as [string, string];
  const room = top === "web" ? "web" : first === "main.ts" ? "main" : first;
  const pure = /(^|\/)core\//.test(path) || ["base", "api"].includes(room);
  const imports = [
    ...text.matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm),
  ];
  return {
    path,
    room,
    pure,
    isTest: path.endsWith(".test.ts") || path.endsWith(".test.tsx"),
    lines: text.split("\n"),
    imports: imports.map((match) => (match[1] ?? match[2] ?? match[3])!),
  };
}

const CODE = SOURCES.filter(({ isTest }) => !isTest);
const targetOf = (source: Source, from: string) => normalize(join(dirname(source.path), from));
const inside = (source: Source) =>
  source.imports.filter((from) => from.startsWith(".")).map((from) => targetOf(source, from));
const byPath = new Map(CODE.map((source) => [source.path, source]));

test("the rooms import each other only as the table says", () => {
  const wrong = CODE.flatMap((source) =>
    inside(source).flatMap((path) => {
      const target = byPath.get(path);
      if (target === undefined || target.room === source.room) return [];
      if (MAY_IMPORT[source.room]?.includes(target.room)) return [];
      if (source.room === "machine" && target.pure) return []; // other rooms' cores: boot plans, sightings
      return [`${source.path} may not import ${target.path}`];
    }),
  );

  expect(wrong).toEqual([]);
});

test("every room stands in the table", () => {
  const rooms = new Set(CODE.map(({ room }) => room));

  expect([...rooms].filter((room) => MAY_IMPORT[room] === undefined)).toEqual([]);
});

test("the table itself has no two-way pairs", () => {
  const pairs = Object.entries(MAY_IMPORT).flatMap(([room, others]) =>
    others.filter((other) => MAY_IMPORT[other]?.includes(room)).map((other) => `${room} <-> ${other}`),
  );

  expect(pairs).toEqual([]);
});

test("a pure file imports only pure files, and no package but zod", () => {
  const wrong = CODE.filter(({ pure }) => pure).flatMap((source) =>
    source.imports
      .filter((from) => {
        if (!from.startsWith(".")) return from !== "zod";
        return byPath.get(targetOf(source, from))?.pure === false;
      })
      .map((from) => `${source.path} is pure: may not import ${from}`),
  );

  expect(wrong).toEqual([]);
});

test("a pure file reads no clock and throws no dice", () => {
  const wrong = CODE.filter(({ pure, lines }) => pure && lines.some((line) => CLOCK_OR_DICE.test(line)));

  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test("imports run in no circle", () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (source: Source, way: readonly string[]) => {
    if (way.includes(source.path))
      circles.push([...way.slice(way.indexOf(source.path)), source.path].join(" -> "));
    if (done.has(source.path) || way.includes(source.path)) return;
    for (const path of inside(source)) {
      const target = byPath.get(path);
      if (target !== undefined) visit(target, [...way, source.path]);
    }
    done.add(source.path);
  };
  for (const source of CODE) visit(source, []);

  expect(circles).toEqual([]);
});

test(`no file is longer than ${LONGEST_FILE} lines, no line than ${LONGEST_LINE} columns`, () => {
  const long = SOURCES.flatMap(({ path, lines }) => [
    ...(lines.length > LONGEST_FILE + 1 ? [`${path}: ${lines.length} lines`] : []),
    ...lines.flatMap((line, i) =>
      line.length > LONGEST_LINE && !/https?:|["'`/]/.test(line) ? [`${path}:${i + 1}`] : [],
    ),
  ]);

  expect(long).toEqual([]);
});

test("a package that belongs to a room is named in no other", () => {
  const wrong = CODE.flatMap((source) =>
    source.imports
      .filter((from) => {
        const owners = ONLY_IN[from];
        return owners !== undefined && !owners.includes(source.room);
      })
      .map((from) => `${source.path} names ${from}`),
  );

  expect(wrong).toEqual([]);
});

test("there is no index.ts, no re-export and no default export in src", () => {
  const wrong = CODE.filter(({ room }) => room !== "web").filter(
    ({ path, lines }) =>
      /(^|\/)index\.ts$/.test(path) || lines.some((line) => /^export (default|\*)/.test(line)),
  );

  expect(wrong.map(({ path }) => relative(ROOT, join(ROOT, path)))).toEqual([]);
});
