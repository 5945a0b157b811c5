import { expect, test } from "vitest";
import type { TimelineEvent } from "../../src/api/shapes.ts";
import { fold, isAbout, shapeOf } from "./fold.ts";

const event = (id: number, says: string, over: Partial<TimelineEvent> = {}): TimelineEvent => ({
  id,
  at: id * 1000,
  kind: "tftp.ended",
  machine: "m1",
  mac: null,
  says,
  detail: {},
  ...over,
});
const counts = (events: readonly TimelineEvent[]) => fold(events).map((row) => row.events.length);

test("neighbours that differ in numbers only become one row, however far apart", () => {
  const events = [event(1, "Block 1 was resent."), event(2, "Block 2 was resent.", { at: 9e9 })];

  expect(counts(events)).toEqual([2]);
});

test("a retry that alternates between two rows folds into two", () => {
  const asked = (id: number) => event(id, `DISCOVER ${id}.`, { kind: "dhcp.heard" });
  const silent = (id: number) => event(id, "Not answered: no plan.", { kind: "dhcp.silent" });

  expect(counts([asked(1), silent(2), asked(3), silent(4), asked(5), silent(6)])).toEqual([3, 3]);
});

test("what repeats after more than a minute of something else is a new row", () => {
  const events = [event(1, "Off."), event(2, "On."), event(3, "Off.", { at: 62_001 })];

  expect(counts(events)).toEqual([1, 1, 1]);
});

test("another kind, another file or two rows in between keep events apart", () => {
  expect(counts([event(1, "Sent a."), event(2, "Sent a.", { kind: "http.ended" })])).toEqual([1, 1]);
  expect(counts([event(1, "Sent linux."), event(2, "Sent initrd.")])).toEqual([1, 1]);
  expect(counts([event(1, "A."), event(2, "B."), event(3, "C."), event(4, "A.")])).toEqual([1, 1, 1, 1]);
});

test("addresses, MACs, times and hex numbers do not count as words", () => {
  const one = shapeOf(event(1, "52:54:00:12:34:56 got 10.77.0.10 in 1.5 s, xid 0xdeadbeef."));
  const other = shapeOf(event(2, "52:54:00:ab:cd:ef got 10.77.0.11 in 12.25 s, xid 0x1."));

  expect(other).toBe(one);
});

test("every row keeps all its events, and its key while it grows", () => {
  const events = [event(1, "Block 1."), event(2, "Block 2."), event(3, "Block 3.")];

  expect(fold(events.slice(0, 2))[0]!.key).toBe(fold(events)[0]!.key);
  expect(fold(events).flatMap((row) => row.events)).toEqual(events);
});

test("the filter finds every typed word in kind, sentence or detail", () => {
  const one = event(1, "Sent linux.", { detail: { server: "10.77.0.1" } });

  expect(isAbout(one, "")).toBe(true);
  expect(isAbout(one, "LINUX tftp 10.77")).toBe(true);
  expect(isAbout(one, "linux http")).toBe(false);
});
