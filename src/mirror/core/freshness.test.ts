import { expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { readArchiveFile } from "./archive-file.ts";
import { isFresh, isSameFile, isUnchanged, saysNoCache } from "./freshness.ts";

const DEB = must(readArchiveFile("pool/a.deb"));
const RELEASE = must(readArchiveFile("dists/x/InRelease"));
const DATE = "Thu, 01 Jan 2026 00:00:00 GMT";
const LATER = "Fri, 02 Jan 2026 00:00:00 GMT";

test("a package is fresh for ever, a Release file for a burst; who asks for a new copy gets one", () => {
  expect([isFresh(DEB, 1e12, false), isFresh(RELEASE, 5_000, false)]).toEqual([true, true]);
  expect([isFresh(RELEASE, 20_000, false), isFresh(DEB, 0, true)]).toEqual([false, false]);
  expect(isFresh(RELEASE, -1000, false)).toBe(false); // the clock jumped
});

test("apt's max-age=0 is no wish for a new copy, no-cache is", () => {
  expect([saysNoCache("max-age=0"), saysNoCache(undefined)]).toEqual([false, false]);
  expect([saysNoCache("max-age=0, no-cache"), saysNoCache(undefined, "no-cache")]).toEqual([true, true]);
});

test("who has the same file already is told so, by tag before date", () => {
  const file = { etag: '"a"', lastModified: DATE };

  expect(isUnchanged({ "if-none-match": '"b", W/"a"' }, file)).toBe(true);
  expect(isUnchanged({ "if-none-match": '"b"', "if-modified-since": LATER }, file)).toBe(false);
  expect(isUnchanged({ "if-modified-since": DATE }, file)).toBe(true);
  expect(isUnchanged({ "if-modified-since": DATE }, { lastModified: LATER })).toBe(false);
  expect(isUnchanged({ "if-modified-since": "yesterday" }, file)).toBe(false);
  expect(isUnchanged({ "if-modified-since": DATE }, {})).toBe(false);
});

test("a rest is given only of the same file", () => {
  const file = { etag: '"a"', lastModified: DATE };

  expect([isSameFile({}, file), isSameFile({ "if-range": '"a"' }, file)]).toEqual([true, true]);
  expect(isSameFile({ "if-range": DATE }, file)).toBe(true);
  expect(isSameFile({ "if-range": LATER }, file)).toBe(false);
  expect(isSameFile({ "if-range": 'W/"a"' }, { etag: 'W/"a"' })).toBe(false);
  expect(isSameFile({ "if-range": DATE }, {})).toBe(false);
});
