import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { API } from "../../src/api/table.ts";

const ROOT = join(import.meta.dirname, "../..");
/** What the command line does by itself, in the state directory of the machine it runs on. */
const BY_ITSELF: Readonly<Record<string, string>> = { checkImage: "src/cli/verbs/image.ts" };

const textOf = (folder: string): string =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /(?<!\.test)\.tsx?$/.test(path))
    .map((path) => readFileSync(join(ROOT, folder, path), "utf8"))
    .join("\n");

test("every act of the page has a verb of the command line", () => {
  const [page, line] = [textOf("web"), textOf("src/cli")];
  const names = (text: string) => new Set([...text.matchAll(/"([a-z][A-Za-z]+)"/g)].map(([, name]) => name!));
  const [onPage, onLine] = [names(page), names(line)];
  const acts = Object.entries(API).filter(
    ([name, { verb }]) => !["GET", "LINES"].includes(verb) && onPage.has(name),
  );

  const without = acts.map(([name]) => name).filter((name) => !onLine.has(name) && !(name in BY_ITSELF));

  expect(without).toEqual([]);
  expect(acts.length).toBeGreaterThan(8); // the page does act
});
