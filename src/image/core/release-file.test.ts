import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { judgeBuild, judgeRelease, judgeSuite } from "./judge-release.ts";
import { buildsIn, currentBuild, readRelease, udebIndex } from "./release-file.ts";

const CAPTURES = new URL("../../../captures/mirror/", import.meta.url).pathname;
const text = readFileSync(`${CAPTURES}bookworm.Release`, "utf8");
const BOOKWORM = must(readRelease(text));
const NOW = Date.parse("2026-11-24T12:00:00Z");
const image = (build: string, suite = "bookworm") => ({ arch: "amd64", build, suite });

test("a real Release file is read", () => {
  expect(BOOKWORM).toMatchObject({
    suite: "oldstable",
    codename: "bookworm",
    version: "12.15",
    byHash: true,
  });
  expect(new Date(BOOKWORM.date).toISOString()).toBe("2026-07-11T10:16:37.000Z");
  expect(BOOKWORM.files.get(`${udebIndex("amd64")}.gz`)).toEqual({
    size: 67956,
    sha256: "83e1e49942456682e0b305188df10f7b97032aa426673845aa66e7c678196085",
  });
});

test("the current build is the dated one with the same sums, not the release's first", () => {
  expect(buildsIn(BOOKWORM, "amd64")).toEqual(["20230607+deb12u15", "20230607"]);
  expect(currentBuild(BOOKWORM, "amd64")).toBe("20230607+deb12u15");
  expect(currentBuild(BOOKWORM, "arm64")).toBeUndefined();
});

test.each([
  ["20230607+deb12u15", "pass"],
  ["20230607+deb12u9", "warn"],
  ["20230607+deb12u16", "warn"],
])("the build %s is a %s", (build, is) => {
  expect(judgeBuild(image(build), BOOKWORM).is).toBe(is);
});

test("a mirror that lists no build could not tell", () => {
  expect(judgeBuild({ ...image("1"), arch: "arm64" }, BOOKWORM).is).toBe("unknown");
});

test("a Release file past its Valid-Until fails, one without it does not", () => {
  const until = must(readRelease(`Valid-Until: Sat, 18 Jul 2026 10:16:37 UTC\n${text}`));

  expect(judgeRelease(BOOKWORM, ["A Key (1) <a@example.org>"], NOW)).toMatchObject({
    is: "pass",
    says: "Release bookworm 12.15 of 2026-07-11, signed by A Key (1).",
  });
  expect(judgeRelease(until, ["A"], NOW)).toMatchObject({
    is: "fail",
    says: expect.stringContaining("2026-07-18"),
  });
});

test("a suite that is another release by now fails", () => {
  expect(judgeSuite(image("1"), "oldstable", BOOKWORM)).toBeUndefined();
  expect(judgeSuite(image("1", "bullseye"), "oldstable", BOOKWORM)).toMatchObject({
    is: "fail",
    says: "The installer is bullseye's; oldstable, which it would ask for, is bookworm 12.15.",
  });
});

test.each(["", "Suite: x\n", "Date: Sat, 11 Jul 2026 10:16:37 UTC\nSHA256:\n nonsense\n"])(
  "what is no Release file is a flaw",
  (no) => {
    expect(readRelease(no).ok).toBe(false);
  },
);
