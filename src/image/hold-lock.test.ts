import { join } from "node:path";
import { expect, test } from "vitest";
import { holdLock } from "./hold-lock.ts";
import { scratch } from "./testing/scratch.ts";

const lockFile = () => join(scratch(), "lock");

test("the second waits until the first lets go", async () => {
  const path = lockFile();
  const order: string[] = [];
  const first = await holdLock(path, 5000);
  const second = holdLock(path, 5000).then((lock) => {
    order.push("second has it");
    return lock;
  });
  order.push("first lets go");
  await first.release();
  await (await second).release();

  expect(order).toEqual(["first lets go", "second has it"]);
});

test("waiting ends with its time, and says so", async () => {
  const path = lockFile();
  const first = await holdLock(path, 5000);

  await expect(holdLock(path, 100)).rejects.toThrow("stayed locked for 100 ms");
  await first.release();
});

test("waiting can be called off", async () => {
  const path = lockFile();
  const first = await holdLock(path, 5000);
  const off = new AbortController();
  const second = holdLock(path, 5000, off.signal);
  off.abort(new Error("enough"));

  await expect(second).rejects.toThrow();
  await first.release();
});

test("a folder that is not there is an error, not a wait", async () => {
  await expect(holdLock("/nowhere/lock", 5000)).rejects.toThrow("flock refused");
});
