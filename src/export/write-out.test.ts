import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exportFor } from "./core/export-for.ts";
import type { MachineTree } from "./core/wish.ts";
import { DB1, TREE, WEB1, wishWith } from "./testing/sample-wish.ts";
import { writeOut } from "./write-out.ts";

let home: string;
let out: string;
let tree: MachineTree;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "export-"));
  out = join(home, "out");
  tree = { ...TREE, root: join(home, "image") };
  for (const path of TREE.paths) {
    mkdirSync(dirname(join(tree.root, path)), { recursive: true });
    writeFileSync(join(tree.root, path), `Debian's ${path}`);
  }
});
afterEach(() => rmSync(home, { recursive: true }));

const write = (...machines: (typeof WEB1)[]) => writeOut(out, exportFor("dnsmasq", wishWith({ machines })));
const read = (path: string) => readFileSync(join(out, path), "utf8");

test("each machine's folder holds a whole tree: its own menus, and the image's files", async () => {
  await write({ ...WEB1, tree }, DB1);

  expect(read("dnsmasq.conf")).toContain("tftp-root=/srv/boot/tftp");
  expect(read("tftp/machines/web1/pxelinux.0")).toBe("Debian's pxelinux.0");
  expect(read("tftp/machines/web1/debian-installer/amd64/grub/x86_64-efi/tftp.mod")).toContain("tftp.mod");
  expect(read("tftp/machines/web1/pxelinux.cfg/default")).toBe("serial 1 115200 0\n");
  expect(readFileSync(join(tree.root, "pxelinux.cfg/default"), "utf8")).toContain("Debian's"); // as it was
});

test("a second export takes away what is gone, and the served directory stays the same one", async () => {
  await write({ ...WEB1, tree }, { ...DB1, tree });
  const served = statSync(join(out, "tftp")).ino;
  const copied = statSync(join(out, "tftp/images", TREE.image)).ino;

  await write({ ...WEB1, tree }, DB1);

  expect(readdirSync(join(out, "tftp/machines"))).toEqual(["web1"]);
  expect(statSync(join(out, "tftp")).ino).toBe(served);
  expect(statSync(join(out, "tftp/images", TREE.image)).ino).toBe(copied);
  await write(DB1);
  expect(readdirSync(join(out, "tftp/images"))).toEqual([]);
});

test("a tftp directory that somebody else made is refused and left as it is", async () => {
  mkdirSync(join(out, "tftp/machines"), { recursive: true });
  writeFileSync(join(out, "tftp/machines/mine"), "mine");

  await expect(write(DB1)).rejects.toThrow("was not made by an export");

  expect(read("tftp/machines/mine")).toBe("mine");
  expect(existsSync(join(out, "dnsmasq.conf"))).toBe(false);
});
