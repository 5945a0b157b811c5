import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openInside } from "./open-inside.ts";

const home = mkdtempSync(join(tmpdir(), "open-inside-"));
const root = join(home, "tree");
afterAll(() => rmSync(home, { recursive: true }));

beforeAll(() => {
  mkdirSync(join(root, "debian"), { recursive: true });
  mkdirSync(join(home, "tree-beside"));
  writeFileSync(join(root, "debian/linux"), "kernel");
  writeFileSync(join(home, "secret"), "secret");
  writeFileSync(join(home, "tree-beside/secret"), "secret");
  symlinkSync("debian/linux", join(root, "inner"));
  symlinkSync("../secret", join(root, "outer"));
  symlinkSync("..", join(root, "up"));
  symlinkSync("../tree-beside/secret", join(root, "beside"));
  symlinkSync("/dev/zero", join(root, "zero"));
  symlinkSync("loop", join(root, "loop"));
  execFileSync("mkfifo", [join(root, "fifo")]);
});

async function opened(path: string, from = root): Promise<string | number> {
  const answer = await openInside(from, path);
  if (answer.is !== "open") return answer.is;
  await answer.handle.close();
  return answer.bytes;
}

test("a file inside is opened, through links inside and with doubled slashes", async () => {
  expect(await opened("debian/linux")).toBe(6);
  expect(await opened("inner")).toBe(6);
  expect(await opened("/debian//./linux")).toBe(6);
});

test("a root that is itself a symbolic link works", async () => {
  symlinkSync(root, join(home, "link"));

  expect(await opened("inner", join(home, "link"))).toBe(6);
});

test("nothing outside is opened, by name or by link", async () => {
  for (const path of [
    "../secret",
    "debian/../../secret",
    "outer",
    "up/secret",
    "beside",
    "zero",
    "",
    "/",
    ".",
    "a\0b",
  ])
    expect([path, await opened(path)]).toEqual([path, "refused"]);
});

test("a FIFO, a folder and a circle of links are refused at once", async () => {
  for (const path of ["fifo", "debian", "loop"])
    expect([path, await opened(path)]).toEqual([path, "refused"]);
});

test("what is not there is missing, and so is a name of any length", async () => {
  for (const path of ["none", "debian/linux/none", "x".repeat(5000)])
    expect(await opened(path)).toBe("missing");
});
