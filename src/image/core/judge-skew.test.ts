import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { judgeSkew, judgeUdebs } from "./judge-skew.ts";
import { kernelsIn, readUdebs, shortName, type Udeb } from "./udeb-index.ts";

const CAPTURES = new URL("../../../captures/mirror/", import.meta.url).pathname;
const udebsOf = (suite: string) => readUdebs(readFileSync(`${CAPTURES}${suite}.Packages`, "utf8"));
const [BOOKWORM, TRIXIE] = [udebsOf("bookworm"), udebsOf("trixie")];
const image = (kernelRelease: string) => ({ kernelRelease, build: "20230607+deb12u15", suite: "bookworm" });
const without = (udebs: readonly Udeb[], kernel: string, name: string) =>
  udebs.filter((udeb) => udeb.kernel !== kernel || shortName(udeb) !== name);

test("a real mirror has the modules of two kernels at once", () => {
  expect([...kernelsIn(BOOKWORM)].sort()).toEqual(["6.1.0-47-amd64", "6.1.0-50-amd64"]);
  expect([...kernelsIn(TRIXIE)].sort()).toEqual(["6.12.107+deb13-amd64", "6.12.94+deb13-amd64"]);
  expect(TRIXIE.filter(({ kernel }) => kernel !== undefined)).toHaveLength(92);
});

test.each([
  ["6.1.0-50-amd64", BOOKWORM],
  ["6.12.107+deb13-amd64", TRIXIE],
])("an image with the newest kernel, %s, passes", (kernel, udebs) => {
  expect(judgeSkew(image(kernel), udebs).is).toBe("pass");
  expect(judgeUdebs(image(kernel), udebs).is).toBe("pass");
});

test.each([
  ["6.1.0-47-amd64", "6.1.0-50-amd64", BOOKWORM],
  ["6.12.94+deb13-amd64", "6.12.107+deb13-amd64", TRIXIE],
])("an image with the older kernel, %s, is warned of the next point release", (older, newer, udebs) => {
  const found = judgeSkew(image(older), udebs);

  expect(found.is).toBe("warn");
  expect(found.says).toContain(older);
  expect(found.says).toContain(`${newer}: this works today and breaks at the next point release`);
});

test("an image whose kernel is not among them fails, with the dialog's own words", () => {
  const found = judgeSkew(image("6.1.0-44-amd64"), BOOKWORM);

  expect(found.is).toBe("fail");
  expect(found.says).toContain("modules for 6.1.0-47-amd64 and 6.1.0-50-amd64");
  expect(found.says).toContain('The installer will stop at "No kernel modules were found"');
  expect(found.remedy).toContain("rackhand image pull");
});

test("a mirror without any module fails as well: the installer finds none", () => {
  const found = judgeSkew(
    image("6.1.0-50-amd64"),
    BOOKWORM.filter(({ kernel }) => kernel === undefined),
  );

  expect([found.is, found.says]).toEqual(["fail", expect.stringContaining("no kernel modules at all")]);
});

test("a kernel's name is compared whole", () => {
  expect(judgeSkew(image("6.1.0-5"), BOOKWORM).is).toBe("fail");
  expect(judgeSkew(image("6.1.0-50-amd64 "), BOOKWORM).is).toBe("fail");
});

test.each(["ext4-modules", "kernel-image", "md-modules", "sata-modules"])(
  "without %s the udebs fail",
  (name) => {
    const found = judgeUdebs(image("6.1.0-50-amd64"), without(BOOKWORM, "6.1.0-50-amd64", name));

    expect([found.is, found.says]).toEqual(["fail", expect.stringContaining(name)]);
  },
);

test("what the installer loads by itself and only the other kernel has is a failure, the rest a warning", () => {
  const xfs = judgeUdebs(image("6.1.0-50-amd64"), without(BOOKWORM, "6.1.0-50-amd64", "xfs-modules"));
  const sound = judgeUdebs(image("6.1.0-50-amd64"), without(BOOKWORM, "6.1.0-50-amd64", "sound-modules"));

  expect([xfs.is, sound.is]).toEqual(["fail", "warn"]);
  expect(sound.says).toContain("not for Linux 6.1.0-50-amd64: sound-modules.");
});

test("a udeb that another one provides is not missing", () => {
  const other = TRIXIE.find(
    ({ kernel, name }) => kernel === "6.12.94+deb13-amd64" && name.startsWith("fat-"),
  )!;
  const older = { ...other, name: "efi-modules-6.12.94+deb13-amd64-di", provides: [] };

  expect(judgeUdebs(image("6.12.107+deb13-amd64"), [...TRIXIE, older]).is).toBe("pass");
});

test("another mirror's hostile names do not reach the terminal as they are", () => {
  const hostile = [{ ...BOOKWORM[0]!, kernel: "6.1\x1b[2J" }];

  expect(judgeSkew(image("6.1.0-50-amd64"), hostile).says).toContain("6.1\\x1b[2J");
});
