import { describe, expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { VIRTUAL_SERIAL } from "../../base/serial-profile.ts";
import { latin1 } from "../../base/text.ts";
import {
  type KernelImage,
  kernelTexts,
  lastOf,
  readAppend,
  readFileName,
  readManifest,
} from "./kernel-image.ts";
import { renderTree } from "./render-tree.ts";

const file = (path: string) => ({ path, bytes: 9, sha256: "0".repeat(64) });
const IMAGE: KernelImage = {
  append: "root=/dev/ram0 fetch={base}live.squashfs",
  files: [file("linux"), file("initrd"), file("live.squashfs")],
};
const BASE = "http://10.77.0.1/";
const rendered = (
  image = IMAGE,
  choice: Parameters<typeof renderTree>[1]["choice"] = { entry: "boot", afterSeconds: 1 },
) => {
  const files = renderTree(must(kernelTexts("live", image, BASE)), {
    serial: VIRTUAL_SERIAL,
    base: BASE,
    choice,
  });
  return new Map([...files].map(([path, bytes]) => [path, latin1(bytes)]));
};
const LINE = `root=/dev/ram0 fetch=${BASE}live.squashfs console=ttyS0,115200n8`;

test("each loader boots the same line, which knows where its files are and speaks on the machine's serial port", () => {
  const files = rendered();

  expect(files.get("menu.ipxe")).toContain(
    `kernel ${BASE}linux initrd=initrd ${LINE} || goto failed\ninitrd --name initrd ${BASE}initrd || goto failed\n`,
  );
  expect(files.get("pxelinux.cfg/default")).toMatch(
    /^serial 0 115200 0\nconsole 1\ntimeout 10\nontimeout boot\n/,
  );
  expect(files.get("pxelinux.cfg/default")).toContain(`\tkernel linux\n\tinitrd initrd\n\tappend ${LINE}\n`);
  for (const arch of ["amd64", "arm64", "i386"]) {
    const grub = files.get(`debian-installer/${arch}/grub/grub.cfg`);
    expect(grub).toMatch(/^set default="0"\nset timeout=1\nserial --unit=0 /);
    expect(grub).toContain(`\tlinux /linux ${LINE}\n\tinitrd /initrd\n`);
  }
});

test("a kernel without an initrd and without words boots too, and is the last that is loaded", () => {
  const bare = { append: "", files: [file("linux")] };
  const files = rendered(bare);

  expect(files.get("menu.ipxe")).toContain(
    `kernel ${BASE}linux console=ttyS0,115200n8 || goto failed\nboot ||`,
  );
  expect(files.get("pxelinux.cfg/default")).not.toContain("initrd");
  expect(files.get("debian-installer/amd64/grub/grub.cfg")).not.toContain("initrd");
  expect([lastOf(bare), lastOf(IMAGE)]).toEqual(["linux", "initrd"]);
});

test("its menu sends a machine that has had it to the local disk", () => {
  const files = rendered(IMAGE, { local: true });

  expect(files.get("pxelinux.cfg/default")).toContain("localboot 0");
  for (const text of files.values()) expect(text).not.toMatch(/^\s*(kernel|linux) /m);
});

describe("a command line that could say more than it seems is refused", () => {
  test.each([
    ...["a\nshell", "a\rb", "a\tb", "x || shell", "a && b", "a; b", "a | b", `\${net0/mac}`, "$(id)", "`id`"],
    ...[
      'a="b c"',
      "a='b'",
      "a\\b",
      "a#b",
      "{private}",
      "{",
      "}",
      "a\u2028b",
      "a\0b",
      "\u001b[2J",
      "é",
      "*",
      "!",
    ],
    ...["initrd=other", "-", "x".repeat(1901)],
  ])("%j", (append) => {
    expect(readAppend(append).ok).toBe(false);
  });

  test.each([
    "",
    "a --- quiet",
    "-x --y=z",
    "fetch={base}x,{base}y",
    "{base}",
    "a  b",
    "console=ttyS1,9600n8 %@~+/:._",
  ])("while %j is fine", (append) => {
    expect(readAppend(append).ok).toBe(true);
  });
});

test.each([
  "../x",
  ".x",
  "-x",
  "a/b",
  "",
  "a b",
  "linux",
  "initrd",
  "image.json",
  "menu.ipxe",
  "x".repeat(101),
])("%j is no name of a file in an image", (name) => {
  expect(readFileName(name).ok).toBe(false);
});

test("a manifest comes back as it was written; one that was tampered with is refused", () => {
  const text = JSON.stringify(IMAGE);

  expect(readManifest(text)).toEqual({ ok: true, value: IMAGE });
  for (const wrong of [
    ...["", "null", "{}", text.replace("linux", "../etc/passwd"), text.replace("root=", "$root=")],
    ...[text.replace(`"bytes":9`, `"bytes":"9"`), text.replace("000", "zzz"), '{"append":"","files":[]}'],
  ])
    expect(readManifest(wrong).ok).toBe(false);
});
