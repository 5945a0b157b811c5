import { expect, test } from "vitest";
import { rangeOf } from "../../base/http-range.ts";
import { contentType, pathOf } from "./http-request.ts";

test("a path loses its leading slashes, its query and its encoding", () => {
  const paths = [
    "/menu.ipxe",
    "//menu.ipxe?mac=1",
    "http://10.0.0.1/menu.ipxe",
    "\\menu.ipxe",
    "/menu%2Eipxe#x",
  ];

  for (const path of paths) expect(pathOf(path)).toMatchObject({ value: "menu.ipxe" });
  expect(pathOf("/%ff").ok).toBe(false);
  expect(pathOf("")).toMatchObject({ value: "" });
});

test("one range of bytes is cut out; what is no such range gives the whole", () => {
  const spans = {
    "bytes=0-9": [0, 10],
    "bytes=90-": [90, 100],
    "bytes=-5": [95, 100],
    "bytes=50-900": [50, 100],
  };

  for (const [header, [from, to]] of Object.entries(spans))
    expect(rangeOf(header, 100)).toMatchObject({ value: { from, to } });
  for (const header of [undefined, "lines=1-2", "bytes=0-1,5-6", "bytes=-", "bytes=9-3"])
    expect(rangeOf(header, 100)).toMatchObject({ value: { from: 0, to: 100 } });
});

test("a range beyond the end cannot be met", () => {
  for (const header of ["bytes=100-", "bytes=-0"]) expect(rangeOf(header, 100).ok).toBe(false);
});

test("UEFI reads the kind of image from the content type", () => {
  expect(contentType("a/bootnetx64.EFI")).toBe("application/efi");
  expect(contentType("mini.iso")).toBe("application/vnd.efi-iso");
  expect(contentType("menu.ipxe")).toContain("text/plain");
  expect(contentType("linux")).toBe("application/octet-stream");
  expect(contentType("x.constructor")).toBe("application/octet-stream");
});
