import { expect, test } from "vitest";
import { readHelpScreen, readVersionInfo } from "./version-info.ts";

test("version.info names release, suite and build", () => {
  const read = readVersionInfo("Debian version:  12 (bookworm)\nInstaller build: 20230607+deb12u15\n");

  expect(read).toEqual({ ok: true, value: { release: "12", suite: "bookworm", build: "20230607+deb12u15" } });
});

test("the first help screen names the same, without the sentence's full stop", () => {
  const read = readHelpScreen(
    "This is a Debian 8 (jessie) installation netboot image.\nIt was built on 20150422+deb8u3.\n",
  );

  expect(read).toEqual({ ok: true, value: { release: "8", suite: "jessie", build: "20150422+deb8u3" } });
});

test("other texts are a flaw", () => {
  expect(readVersionInfo("Debian version: 12\n").ok).toBe(false);
  expect(readHelpScreen("").ok).toBe(false);
});
