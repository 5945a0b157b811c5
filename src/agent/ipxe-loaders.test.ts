import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ipxeLoader } from "./ipxe-loaders.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ipxe-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

test("a loader of the table is served from the package's directory, and nothing else that is there", async () => {
  for (const name of ["undionly.kpxe", "ipxe.iso"]) writeFileSync(join(directory, name), "");

  expect(await ipxeLoader("ipxe/undionly.kpxe", directory)).toEqual({
    ...{ is: "file", root: directory, path: "undionly.kpxe" },
  });
  expect(await ipxeLoader("ipxe/ipxe.iso", directory)).toBeUndefined();
  expect(await ipxeLoader("ipxe/../undionly.kpxe", directory)).toBeUndefined();
});

test("a package that is not installed is named, with what to do", async () => {
  expect(await ipxeLoader("ipxe/snponly.efi", directory)).toMatchObject({
    is: "missing",
    because: expect.stringContaining("apt-get install ipxe"),
  });
});
