import fc from "fast-check";
import { expect, test } from "vitest";
import type { Machine, TimelineEvent } from "../../src/api/shapes.ts";
import { MOST_EVENTS } from "./timeline.ts";
import { type Happening, START, step, type World } from "./world.ts";

const event = (id: number, at = id * 10): TimelineEvent => ({
  id,
  at,
  kind: "dhcp.heard",
  machine: "m1",
  mac: null,
  says: `Event ${id}.`,
  detail: {},
});
const came = (id: number, at?: number): Happening => ({
  is: "heard",
  frame: { is: "event", event: event(id, at) },
});
const page = (ids: readonly number[], more: boolean): Happening => ({
  is: "page",
  machine: "m1",
  events: ids.map((id) => event(id)),
  more,
});
const opened: Happening = { is: "opened", machine: "m1" };
const cut: Happening = { is: "link", link: { is: "away", because: "it is away", nextTryAt: 0 } };
const live: Happening = { is: "link", link: { is: "live" } };
const after = (...happenings: readonly Happening[]): World => happenings.reduce(step, START);
const ids = (world: World) => world.timeline?.events.map(({ id }) => id);
const machine = (name: string) => ({ name }) as Machine;

test("events are shown once, in the order they happened, however they came", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (order) => {
      const world = after(opened, ...order.map((id) => came(id)));

      expect(ids(world)).toEqual([...new Set(order)].sort((a, b) => a - b));
    }),
  );
});

test("an event handed in late stands where it happened", () => {
  expect(ids(after(opened, page([1, 2], false), came(3, 15)))).toEqual([1, 3, 2]);
});

test("after a cut the timeline asks from the last event it surely has", () => {
  const world = after(live, opened, page([1, 2], false), came(3), cut, live, came(9));

  expect(world.timeline).toMatchObject({ through: 3, whole: false });
  expect(ids(step(world, page([4, 5, 6, 7, 8, 9], false)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("a cut in the middle of reading goes on from the last page, not from the newest live event", () => {
  const world = after(live, opened, page([1, 2], true), came(50), cut);

  expect(world.timeline?.through).toBe(2);
});

test("events of other machines, and pages of one that was left, change nothing", () => {
  const world = after(live, opened, page([1], false));
  const other = { ...event(2), machine: "m2" };

  expect(step(world, { is: "heard", frame: { is: "event", event: other } })).toBe(world);
  expect(step(world, { is: "page", machine: "m2", events: [other], more: false })).toBe(world);
});

test("the oldest events are let go beyond the most", () => {
  const many = Array.from({ length: MOST_EVENTS + 3 }, (_, n) => n + 1);
  const world = after(live, opened, page(many, false));

  expect(world.timeline).toMatchObject({ through: MOST_EVENTS + 3 });
  expect(world.timeline?.events).toHaveLength(MOST_EVENTS);
  expect(step(world, page([1, 2], false)).timeline?.events).toHaveLength(MOST_EVENTS);
});

test("a timeline begins with its newest events, and older ones join before them until there are none", () => {
  const pieces = (ids: readonly number[]) => ids.map((id) => event(id));
  const newest = after(live, opened, { is: "newest", machine: "m1", events: pieces([8, 9]), asked: 2 });
  expect(newest.timeline).toMatchObject({ whole: true, begins: false, through: 9 });

  const longer = step(newest, { is: "older", machine: "m1", events: pieces([6, 7]), asked: 2 });
  const all = step(longer, { is: "older", machine: "m1", events: pieces([5]), asked: 2 });

  expect(longer.timeline).toMatchObject({ begins: false, through: 9 });
  expect(ids(all)).toEqual([5, 6, 7, 8, 9]);
  expect(all.timeline?.begins).toBe(true);
});

test("machines are listed as people count, change in place and go", () => {
  const listed = after({
    is: "heard",
    frame: { is: "machines", machines: ["m10", "m2", "m1"].map(machine) },
  });
  const changed = step(listed, {
    is: "heard",
    frame: { is: "machine", machine: { ...machine("m2"), power: "on" } },
  });
  const gone = step(changed, { is: "heard", frame: { is: "gone", name: "m1" } });

  expect([...listed.machines!.keys()]).toEqual(["m1", "m2", "m10"]);
  expect(changed.machines!.get("m2")!.power).toBe("on");
  expect([...gone.machines!.keys()]).toEqual(["m2", "m10"]);
});
