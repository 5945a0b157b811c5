import { cpSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { judgeLoaders } from "./core/judge-loaders.ts";
import { grubOf, loadersFor } from "./efi-loaders.ts";
import { type DebianName, treeIn } from "./places.ts";
import { grubOf as pretendGrub } from "./testing/pretend-loader.ts";
import { scratch } from "./testing/scratch.ts";
import { smallTree } from "./testing/small-tree.ts";
import { openTree } from "./tree.ts";

const [GRUB_12, GRUB_13] = ["2.06-13+deb12u2", "2.12-9+deb13u2"];

function treeWith(suite: string, grub: string): string {
  const { root, put } = smallTree(suite);
  put("debian-installer/amd64/grubx64.efi", pretendGrub(grub));
  return root;
}

function setUp(...installed: DebianName[]) {
  const [systemImages, state] = [scratch(), scratch()];
  for (const name of installed) {
    const at = treeIn(systemImages, name, "amd64");
    mkdirSync(dirname(at), { recursive: true });
    const root = name === "debian-12" ? treeWith("bookworm", GRUB_12) : treeWith("trixie", GRUB_13);
    cpSync(root, at, { recursive: true, verbatimSymlinks: true });
  }
  return async (name: string) => {
    const from = await loadersFor(name, state, { systemImages });
    return { of: from.of, grub: await grubOf(from.of, from.tree) };
  };
}

test("the newest release's loaders serve every release", async () => {
  const from = setUp("debian-12", "debian-13");

  expect(await from("debian-12")).toEqual({
    of: "debian-13",
    grub: { of: "debian-13", version: GRUB_13 },
  });
  expect((await from("debian-13")).of).toBe("debian-13");
});

test("alone, a release has its own loaders, and a tree by its directory always", async () => {
  const from = setUp("debian-12");
  const own = treeWith("bookworm", "2.06-3~deb11u6");

  expect(await from("debian-12")).toMatchObject({ of: "debian-12", grub: { version: GRUB_12 } });
  expect(await setUp("debian-13")(own)).toMatchObject({ of: own, grub: { version: "2.06-3~deb11u6" } });
});

test("a GRUB that does not find its menu beside another server is a warning before anybody boots", async () => {
  const [own, newer] = [
    { of: "/tree", version: GRUB_12 },
    { of: "debian-13", version: GRUB_13 },
  ] as const;

  expect(judgeLoaders(own, own)).toMatchObject({
    is: "warn",
    says: expect.stringContaining("stops at the prompt grub>"),
    remedy: expect.stringContaining("image pull debian-13"),
  });
  expect(judgeLoaders(own, newer)).toMatchObject({
    is: "pass",
    says: expect.stringContaining("of debian-13, in place of its own"),
  });
  expect(judgeLoaders(newer, newer)).toMatchObject({ is: "pass" });
  expect(judgeLoaders({ of: "/tree", version: undefined }, { of: "/tree", version: undefined }).is).toBe(
    "unknown",
  );
});

test("a tree without GRUB has none, and a file that is no GRUB says no version", async () => {
  const { root } = smallTree("bookworm");
  const tree = await openTree(root);

  expect(await grubOf("x", tree)).toEqual({ of: "x", version: undefined });
  expect(await grubOf("x", { ...tree, arch: "riscv64" })).toBeUndefined();
});
