import { expect, test } from "vitest";
import { compareSums, judgeOrigin, readSums } from "./sums.ts";

const [A, B] = ["a".repeat(64), "b".repeat(64)];
const LIST = `${A}  ./netboot/debian-installer/amd64/linux
${A}  ./netboot/debian-installer/amd64/boot-screens/txt.cfg
${B}  ./netboot/gtk/debian-installer/amd64/linux
${B}  ./cdrom/vmlinuz
`;
const judged = (files: Record<string, string>) =>
  judgeOrigin(compareSums(new Map(Object.entries(files)), readSums(LIST, "text")), "1");

test("each flavour has its own folder in the list", () => {
  expect(readSums(LIST, "gtk")).toEqual(new Map([["debian-installer/amd64/linux", B]]));
  expect(readSums(LIST, "text").get("debian-installer/amd64/linux")).toBe(A);
});

test("what Debian signed passes, and version.info, which no list has, counts for nothing", () => {
  expect(judged({ "debian-installer/amd64/linux": A, "version.info": B })).toMatchObject({
    is: "pass",
    says: "All 1 files are as Debian signed them for build 1.",
  });
});

test("a changed menu is a warning, a changed kernel a failure, a file of one's own a warning", () => {
  expect(judged({ "debian-installer/amd64/boot-screens/txt.cfg": B })).toMatchObject({ is: "warn" });
  expect(judged({ "debian-installer/amd64/linux": B })).toMatchObject({
    is: "fail",
    says: "Not what Debian signed for build 1: debian-installer/amd64/linux.",
  });
  expect(judged({ "preseed.cfg": A })).toMatchObject({
    is: "warn",
    says: expect.stringContaining("preseed.cfg"),
  });
});
