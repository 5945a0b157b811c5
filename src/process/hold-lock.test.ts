import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch } from "../image/testing/scratch.ts";
import { holdLock } from "./hold-lock.ts";

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
  await expect(holdLock("/nowhere/lock", 5000)).rejects.toThrow("ENOENT");
});

test("a process that is killed lets go", async () => {
  const path = lockFile();
  const other = spawn("flock", ["--no-fork", path, "sh", "-c", "echo held; exec sleep 60"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(other.stdout, "data");
  const ours = holdLock(path, 5000);
  other.kill("SIGKILL");

  await (await ours).release();
});
