import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  addKernelImage,
  findKernelImage,
  listKernelImages,
  removeKernelImage,
  verifyKernelImage,
} from "./kernel-images.ts";

let home: string;
let state: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "rackhand-kernel-"));
  state = join(home, "state");
  mkdirSync(state);
  for (const name of ["vmlinuz", "initrd.img", "live.squashfs"])
    writeFileSync(join(home, name), `the ${name}`);
});
afterEach(() => rmSync(home, { recursive: true }));
const parts = (more = {}) => ({ kernel: join(home, "vmlinuz"), append: "quiet", files: [], ...more });

test("a kernel is kept under its checksum: what becomes of the file afterwards changes nothing", async () => {
  symlinkSync(join(home, "vmlinuz"), join(home, "link"));
  const { name, root, image } = await addKernelImage(parts({ kernel: join(home, "link") }), state);

  writeFileSync(join(home, "vmlinuz"), "another");
  const other = await addKernelImage(parts(), state);

  expect(name).toMatch(/^kernel-[0-9a-f]{12}$/);
  expect(other.name).not.toBe(name);
  expect(await readFile(join(root, "linux"), "utf8")).toBe("the vmlinuz");
  expect(image.files.map(({ path, bytes }) => [path, bytes])).toEqual([["linux", 11]]);
  await verifyKernelImage((await findKernelImage(name, state))!);
  expect((await listKernelImages(state)).map((one) => one.name).sort()).toEqual([name, other.name].sort());
});

test("the same again is the same image; other files under its name are its next generation", async () => {
  const live = { name: "live", initrd: join(home, "initrd.img"), files: [join(home, "live.squashfs")] };
  const first = await addKernelImage(parts(live), state);

  const again = await addKernelImage(parts(live), state);
  const next = await addKernelImage(parts({ ...live, append: "boot=live" }), state);

  expect(again.root).toBe(first.root);
  expect(next.root).not.toBe(first.root);
  expect(await readFile(join(first.root, "live.squashfs"), "utf8")).toBe("the live.squashfs");
});

test.each([
  [{ name: "debian-12" }, "no debian- in front"],
  [{ name: "../x" }, "a name has lower-case letters"],
  [{ append: "a\nb" }, "cannot stand in it"],
  [{ kernel: "/dev/null" }, "is no plain file"],
  [{ kernel: "/nosuch" }, "no such file"],
  [{ files: ["/nosuch/linux"] }, "is taken by the boot itself"],
  [{ files: ["/etc/hostname", "/etc/hostname"] }, "two files are called hostname"],
])("%j is refused, and leaves nothing", async (wrong, because) => {
  await expect(addKernelImage(parts(wrong), state)).rejects.toMatchObject({
    id: "image.not-added",
    says: expect.stringContaining(because),
  });
  expect(await listKernelImages(state)).toEqual([]);
});

test("an image whose files changed is not booted: by size when it is opened, by checksum when it is armed", async () => {
  const { name, root } = await addKernelImage(parts(), state);
  const kernel = join(root, "linux");
  expect((await stat(kernel)).mode & 0o777).toBe(0o644);

  writeFileSync(kernel, "THE vmlinuz");

  await expect(verifyKernelImage((await findKernelImage(name, state))!)).rejects.toMatchObject({
    id: "image.damaged",
  });
  writeFileSync(kernel, "shorter");
  await expect(findKernelImage(name, state)).rejects.toMatchObject({ id: "image.damaged" });
  expect(await removeKernelImage(name, state)).toBe(true);
  expect(await removeKernelImage(name, state)).toBe(false);
  expect(await findKernelImage(name, state)).toBeUndefined();
});
