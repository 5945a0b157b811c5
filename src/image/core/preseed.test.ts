import { expect, test } from "vitest";
import { judgePreseed, readPreseed } from "./preseed.ts";

test("mirror, suite and proxy are read as the installer would", () => {
  const read = readPreseed(
    [
      "# d-i mirror/http/hostname string commented.example",
      "d-i mirror/country string manual",
      "d-i mirror/http/hostname string debian.example:3142",
      "d-i mirror/http/directory string /mirror/debian",
      "d-i mirror/suite string stable",
      "d-i mirror/http/proxy string \\",
      "  http://proxy.example:3128/",
      "",
    ].join("\n"),
  );

  expect(read).toEqual({
    mirror: "http://debian.example:3142/mirror/debian",
    suite: "stable",
    proxy: "http://proxy.example:3128/",
    goesOnWithoutModules: false,
  });
  expect(judgePreseed(read)).toMatchObject({
    is: "warn",
    says: expect.stringContaining("http://proxy.example"),
  });
});

test("the suite of the udebs comes before that of the system, and https has its own names", () => {
  const read = readPreseed(
    "d-i mirror/protocol string https\nd-i mirror/https/hostname string d.example\nd-i mirror/udeb/suite string trixie\n" +
      "d-i mirror/suite string sid\nd-i mirror/http/hostname string other.example\n",
  );

  expect([read.mirror, read.suite]).toEqual(["https://d.example/debian", "trixie"]);
  expect(judgePreseed(read)).toMatchObject({ is: "pass" });
});

test("a preseed that names nothing leaves the mirror open", () => {
  expect(readPreseed("d-i mirror/http/proxy string\n")).toEqual({
    mirror: undefined,
    suite: undefined,
    proxy: undefined,
    goesOnWithoutModules: false,
  });
});

test("a preseed that silences the dialog is warned of", () => {
  expect(judgePreseed(readPreseed("d-i anna/no_kernel_modules boolean true\n"))).toMatchObject({
    is: "warn",
  });
});
