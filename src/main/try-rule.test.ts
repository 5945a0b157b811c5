import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { tryRule } from "./try-rule.ts";

const CAPTURES = join(import.meta.dirname, "../../captures/console");
const state = mkdtempSync(join(tmpdir(), "rackhand-try-"));
afterAll(() => rmSync(state, { recursive: true }));
const asked = (pattern: string, recordings: string[], screen = false) =>
  tryRule({ pattern, screen, recordings }, state);

test("a pattern is tried against recordings, and its hits told with their moments", async () => {
  const oops = join(CAPTURES, "kernel-oops.cast");

  const tried = await asked("RIP: 0010:(\\w+)", [oops, join(CAPTURES, "kernel-panic.cast")]);

  expect(tried.exit).toBe(0);
  expect(tried.says[0]).toMatch(/^kernel-oops\.cast {2}00:0\d\.\d{3} {2}faulter$/);
  expect(tried.says.at(-1)).toMatch(/ in 2 recordings$/);
});

test("a screen is matched as it stands, over several lines", async () => {
  const tried = await asked(
    "ALERT![\\s\\S]*^\\(initramfs\\)",
    [join(CAPTURES, "initramfs-shell.cast")],
    true,
  );

  expect(tried.says.at(-1)).toBe("1 sighting in 1 recording");
});

test("kept recordings are found by name, compressed or not, and tried when none is named", async () => {
  mkdirSync(join(state, "recordings"));
  const name = "web1-2026-03-02T03-14-00-000Z.cast";
  const bytes = gzipSync(readFileSync(join(CAPTURES, "kernel-panic.cast")));
  writeFileSync(join(state, "recordings", `${name}.gz`), bytes);

  const [named, all] = [await asked("sysrq: (.*)", [name]), await asked("never there", [])];

  expect(named.says[0]).toContain("Trigger a crash");
  expect(all).toMatchObject({ exit: 1, says: ["0 sightings in 1 recording"] });
});

test.each([
  ["(", [], "is no regular expression"],
  ["(a+)+", [], "can take for ever"],
  ["a", ["nowhere.cast"], 'There is no recording "nowhere.cast"'],
])("%j with %j is refused: %s", async (pattern, recordings, why) => {
  await expect(asked(pattern, recordings)).rejects.toThrow(why);
});
