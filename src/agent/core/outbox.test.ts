import fc from "fast-check";
import { expect, test } from "vitest";
import type { Observed } from "../../base/event.ts";
import { OUTBOX, type Outbox, post, stored, take } from "./outbox.ts";

const event = (n: number): Observed => ({ kind: "dhcp.heard", at: n, says: `event ${n}` });

test("events are numbered from 1 when they are sent, and kept until they are stored", () => {
  const first = take(post(post(OUTBOX, event(1)), event(2)));
  const acknowledged = stored(first.box, 1);

  expect(first.send.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(acknowledged.sent.map(({ seq }) => seq)).toEqual([2]);
});

test("what is lost to the bound is the oldest, and becomes one event that counts it", () => {
  const full = [1, 2, 3, 4, 5].reduce((box, n) => post(box, event(n), 3), OUTBOX);

  const { send } = take(full);

  expect(send.map(({ event: sent }) => sent.says)).toEqual([
    expect.stringContaining("2 events were lost"),
    "event 3",
    "event 4",
    "event 5",
  ]);
});

test("numbers have no gap, whatever happens in whatever order", () => {
  const step = fc.constantFrom("post", "take", "stored" as const);

  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let box: Outbox = OUTBOX;
      const seen: number[] = [];
      for (const [i, one] of steps.entries()) {
        if (one === "post") box = post(box, event(i), 4);
        else if (one === "stored") box = stored(box, seen.at(-1) ?? 0);
        else {
          const taken = take(box);
          box = taken.box;
          seen.push(...taken.send.map(({ seq }) => seq));
        }
      }
      expect(seen).toEqual(seen.map((_, i) => i + 1));
    }),
  );
});
