import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { scratch } from "./scratch.ts";

const CAPTURES = new URL("../../../captures/trees/", import.meta.url).pathname;
const ARCH = "debian-installer/amd64";

type Builds = { readonly kernel?: string; readonly modules?: string };
export type SmallTree = {
  readonly root: string;
  readonly put: (path: string, bytes: Uint8Array | string) => void;
};

/** A recorded tree's texts with a kernel and an initrd of a few bytes: enough for all that reads a tree. */
export function smallTree(suite: string, builds: Builds = {}): SmallTree {
  const { kernel = "6.1.0-50-amd64", modules = kernel } = builds;
  const root = scratch();
  const put = (path: string, bytes: Uint8Array | string) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), bytes);
  };
  cpSync(join(CAPTURES, suite, "before"), root, { recursive: true, verbatimSymlinks: true });
  put(`${ARCH}/linux`, bzImage(`${kernel} (x@y) #1 SMP Debian 6.1.176-1 (2026-07-02)`));
  put(`${ARCH}/initrd.gz`, gzipSync(newc(["lib", "lib/modules", `lib/modules/${modules}`])));
  const modulesOfLoader = ["ldlinux.c32", "vesamenu.c32", "libcom32.c32", "libutil.c32"];
  for (const name of modulesOfLoader) put(`${ARCH}/boot-screens/${name}`, "c32");
  for (const name of ["pxelinux.0", "bootnetx64.efi", "grubx64.efi"]) put(`${ARCH}/${name}`, "loader");
  for (const name of ["pxelinux.0", "ldlinux.c32"]) put(name, "loader");
  return { root, put };
}

function bzImage(version: string): Uint8Array {
  const bytes = Buffer.alloc(0x1000);
  bytes.write("HdrS", 0x202, "latin1");
  bytes.writeUInt16LE(0x400, 0x20e);
  bytes.write(version, 0x600, "latin1");
  return bytes;
}

function newc(folders: readonly string[]): Uint8Array {
  const entry = (name: string, mode: number) => {
    const fields = [1, mode, 0, 0, 2, 0, 0, 0, 0, 0, 0, name.length + 1, 0];
    const text = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}${name}\0`;
    return Buffer.concat([Buffer.from(text, "latin1"), Buffer.alloc(-text.length & 3)]);
  };
  return Buffer.concat([...folders.map((name) => entry(name, 0o40755)), entry("TRAILER!!!", 0)]);
}
