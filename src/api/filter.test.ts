import { expect, test } from "vitest";
import { must } from "../base/read.ts";
import { type FilterWords, fits, readFilter } from "./filter.ts";

const state = (word: string) => ({ word, since: null, waits: null });
const MACHINES = [
  { name: "web1", labels: { rack: "3", role: "web" }, state: state("up") },
  { name: "web2", labels: { rack: "4", role: "web" }, state: state("off") },
  { name: "db1", labels: { rack: "3", role: "db" }, state: state("up") },
  { name: "spare-7", labels: {}, state: state("unknown") },
];
const chosen = (words: FilterWords) =>
  MACHINES.filter((one) => fits(must(readFilter(words)), one)).map(({ name }) => name);

test.each<[FilterWords, string[]]>([
  [{}, ["web1", "web2", "db1", "spare-7"]],
  [{ name: "web*" }, ["web1", "web2"]],
  [{ name: "db1,web?" }, ["web1", "web2", "db1"]],
  [{ name: "*1" }, ["web1", "db1"]],
  [{ name: "web" }, []],
  [{ label: "rack=3,role!=db" }, ["web1"]],
  [{ label: "role!=db" }, ["web1", "web2", "spare-7"]],
  [{ label: "rack" }, ["web1", "web2", "db1"]],
  [{ label: "!rack" }, ["spare-7"]],
  [{ state: "up,off", name: "web*" }, ["web1", "web2"]],
])("%j chooses %j", (words, names) => {
  expect(chosen(words)).toEqual(names);
});

test.each([{ name: "web[12]" }, { label: "=3" }, { label: "!rack=3" }, { label: "rack 3" }])(
  "%j is refused with a reason",
  (words) => {
    expect(readFilter(words)).toMatchObject({ ok: false });
  },
);

test("a pattern of many stars is as quick as any", () => {
  const glob = `${"*a".repeat(40)}b`;

  expect(fits(must(readFilter({ name: glob })), { ...MACHINES[0]!, name: "a".repeat(63) })).toBe(false);
});
