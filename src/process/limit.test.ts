import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { firstOf, limitOf } from "./limit.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

test("a limit that only its waiter has is there after a collection, and says that the time is over", async () => {
  const { signal } = limitOf(100, new AbortController().signal);
  const waited = pause(2000, undefined, { signal });
  await pause(10);
  collect();

  await expect(waited).rejects.toMatchObject({ cause: { name: "TimeoutError" } });
});

test("the first that aborts gives its reason, also when it did so before", () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const first = firstOf(one.signal, undefined, other.signal);
  other.abort("enough");
  one.abort("late");

  expect(first.signal.reason).toBe("enough");
  expect(limitOf(1000, one.signal).signal.reason).toBe("late");
});

test("what is cleared never aborts", async () => {
  const off = new AbortController();
  const { signal, clear } = limitOf(5, off.signal);
  clear();
  off.abort();
  await pause(20);

  expect(signal.aborted).toBe(false);
});
