import { expect, test } from "vitest";
import type { Machine } from "../../src/api/shapes.ts";
import { matching, states } from "./matching.ts";

const machine = (name: string, word: string, over: Partial<Machine> = {}): Machine => ({
  ...{ name, macs: ["52:54:00:12:34:56"], firmware: "bios", serial: "ttyS0,115200n8", redirected: false },
  ...{ loader: "auto", segment: "rack", attended: true, bmc: null, plan: null, ways: [], power: "on" },
  ...{ labels: {}, declared: null },
  console: { is: "none", writer: null, because: null },
  state: { word, since: null, waits: null },
  ...over,
});
const ALL = [machine("m1", "up"), machine("up-2", "network boot"), machine("m3", "off", { power: "off" })];
const found = (wanted: string) => matching(ALL, wanted).map(({ name }) => name);

test("a word is looked for in the whole row, a field's word only in that field", () => {
  expect(found("up")).toEqual(["m1", "up-2"]);
  expect(found("state:up")).toEqual(["m1"]);
  expect(found("POWER:off rack")).toEqual(["m3"]);
});

test("name, label and state choose as on the command line", () => {
  const labelled = machine("m9", "up", { labels: { rack: "3", spare: "" } });

  expect(found("name:m*")).toEqual(["m1", "m3"]);
  expect(found("state:up,off")).toEqual(["m1", "m3"]);
  expect(matching([labelled, ...ALL], "label:rack=3,spare")).toEqual([labelled]);
  expect(matching([labelled, ...ALL], "rack=3")).toEqual([labelled]);
  expect(found("label:=3")).toEqual([]);
});

test("a word in quotes may hold spaces, and one that is still being typed is read as it stands", () => {
  expect(found('state:"network boot"')).toEqual(["up-2"]);
  expect(found('segment:rack "network bo')).toEqual(["up-2"]);
  expect(found("52:54:00")).toEqual(["m1", "up-2", "m3"]);
});

test("states are counted, the most urgent first, and keep their place when they change", () => {
  const first = states([...ALL, machine("m4", "panic")], []);
  expect(first.map(({ word, count }) => `${count} ${word}`)).toEqual([
    ...["1 panic", "1 network boot", "1 up", "1 off"],
  ]);

  const then = states([machine("m1", "up"), machine("m2", "rescue")], first);
  expect(then.map(({ word, count }) => `${count} ${word}`)).toEqual([
    ...["0 panic", "0 network boot", "1 up", "0 off", "1 rescue"],
  ]);
});
