import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { HOT_LIMITS, hotFiles } from "./hot-files.ts";

const root = mkdtempSync(join(tmpdir(), "hot-files-"));
const SETTLED_MS = 60; // younger changes are not trusted
const write = (name: string, bytes = 100_000) => writeFileSync(join(root, name), Buffer.alloc(bytes, name));
beforeAll(async () => {
  for (const name of ["a", "b", "c", "changing", "replaced", "linked", "again"]) write(name);
  await pause(SETTLED_MS);
});
afterAll(() => rmSync(root, { recursive: true }));

async function take(hot: ReturnType<typeof hotFiles>, name: string) {
  let handle: FileHandle | undefined;
  try {
    handle = await open(join(root, name));
    return await hot.take(root, name, handle);
  } finally {
    await handle?.close();
  }
}

test("a file is read once, and is the same memory for all who ask", async () => {
  const hot = hotFiles();

  const [one, two] = await Promise.all([take(hot, "a"), take(hot, "a")]);
  const three = hot.at(root, "a");

  expect(one!.bytes).toEqual(new Uint8Array(Buffer.alloc(100_000, "a")));
  expect([two!.bytes === one!.bytes, three!.bytes === one!.bytes]).toEqual([true, true]);
  expect([hot.heldBytes(), one!.bytes.buffer instanceof SharedArrayBuffer]).toEqual([100_000, true]);
});

test("a file that was written to, or replaced under its name, is no longer given", async () => {
  const hot = hotFiles();
  for (const name of ["changing", "replaced"]) (await take(hot, name))!.release();

  appendFileSync(join(root, "changing"), "more");
  write("new");
  renameSync(join(root, "new"), join(root, "replaced"));

  expect([hot.at(root, "changing"), hot.at(root, "replaced"), hot.heldBytes()]).toEqual([
    undefined,
    undefined,
    0,
  ]);
});

test("a name that was given a moment ago is looked at again before long", async () => {
  const hot = hotFiles();
  (await take(hot, "again"))!.release();
  hot.at(root, "again")!.release();

  unlinkSync(join(root, "again"));

  await expect.poll(() => hot.at(root, "again")).toBeUndefined();
});

test("a name that leads elsewhere by now is not known", async () => {
  const hot = hotFiles();
  (await take(hot, "linked"))!.release();

  unlinkSync(join(root, "linked"));
  symlinkSync("/etc/passwd", join(root, "linked"));

  expect(hot.at(root, "linked")).toBeUndefined();
});

test("what is in use stays as it is while its file changes", async () => {
  const hot = hotFiles();
  write("used");
  await pause(SETTLED_MS);
  const used = await take(hot, "used");

  write("used", 5);

  expect(hot.at(root, "used")).toBeUndefined();
  expect(used!.bytes).toEqual(new Uint8Array(Buffer.alloc(100_000, "used")));
});

test("the bound holds: the longest unused goes first, what is in use never", async () => {
  const hot = hotFiles({ ...HOT_LIMITS, mostBytes: 200_000 });
  const a = await take(hot, "a");
  (await take(hot, "b"))!.release();

  const c = await take(hot, "c");

  expect([hot.heldBytes(), hot.at(root, "b")]).toEqual([200_000, undefined]);
  expect(await take(hot, "b")).toBeUndefined();
  for (const held of [a, c]) held!.release();
  expect(await take(hot, "b")).toBeDefined();
});

test("a file too large, or just written, is left to be streamed", async () => {
  write("young");
  vi.spyOn(Date, "now").mockReturnValue(statSync(join(root, "young")).ctimeMs + 10); // a busy machine would be too late
  onTestFinished(() => void vi.restoreAllMocks());

  expect(await take(hotFiles({ ...HOT_LIMITS, mostOfOne: 99_999 }), "a")).toBeUndefined();
  expect(await take(hotFiles(), "young")).toBeUndefined();
});

test("a slow disk is not waited for", async () => {
  const hot = hotFiles({ ...HOT_LIMITS, loadMs: -1 });

  expect([await take(hot, "a"), hot.heldBytes()]).toEqual([undefined, 0]);
});

test("what nobody uses is dropped after a while, and its pages are given back", async () => {
  const hot = hotFiles({ ...HOT_LIMITS, unusedMs: 20 });
  const held = await take(hot, "a");
  held!.release();

  await expect.poll(() => hot.heldBytes()).toBe(0);
  expect(held!.bytes[65_536 + 100]).toBeOneOf([0, 97]); // which pages lie wholly inside is luck
});
