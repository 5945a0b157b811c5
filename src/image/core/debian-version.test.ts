import { expect, test } from "vitest";
import { compareVersions, newestOf } from "./debian-version.ts";

test.each([
  ["6.1.0-47-amd64", "6.1.0-50-amd64"],
  ["6.12.94+deb13-amd64", "6.12.107+deb13-amd64"],
  ["20230607", "20230607+deb12u1"],
  ["20230607+deb12u9", "20230607+deb12u15"],
  ["20150422+deb8u1", "20150422+deb8u3"],
  ["1.0~rc1", "1.0"],
  ["1.0", "1.0a"],
  ["1.0a", "1.0+b"],
])("%s is older than %s", (older, newer) => {
  expect(compareVersions(older, newer)).toBeLessThan(0);
  expect(compareVersions(newer, older)).toBeGreaterThan(0);
});

test("leading zeros say nothing, and the newest of several is found", () => {
  expect(compareVersions("1.01", "1.1")).toBe(0);
  expect(newestOf(["6.1.0-9-amd64", "6.1.0-50-amd64", "6.1.0-47-amd64"])).toBe("6.1.0-50-amd64");
  expect(newestOf([])).toBeUndefined();
});
