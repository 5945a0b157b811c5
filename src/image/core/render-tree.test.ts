import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { DEFAULT_SERIAL } from "../../base/serial-profile.ts";
import { latin1 } from "../../base/text.ts";
import { loadMenus } from "../load-menus.ts";
import { type InstallerTree, pathsOf } from "./installer-tree.ts";
import { renderTree } from "./render-tree.ts";

const CAPTURES = new URL("../../../captures/trees/", import.meta.url).pathname;
const { screens, grub } = pathsOf("amd64");
const CONSOLE = "console=ttyS1,115200n8";

const tree = (suite: string): InstallerTree => ({
  root: `${CAPTURES}${suite}/before`,
  suite,
  release: { jessie: "8", bookworm: "12", trixie: "13" }[suite]!,
  build: "20260101",
  arch: "amd64",
  kernelRelease: "6.1.0-50-amd64",
  kernelPackage: "6.1.176-1",
  flavour: "text",
});
const wish = { serial: DEFAULT_SERIAL, base: "http://10.0.0.1", choice: { stay: true } } as const;
const rendered = async (suite: string, more: Partial<Parameters<typeof renderTree>[1]> = {}) => {
  const files = renderTree(await loadMenus(tree(suite)), { ...wish, ...more });
  return new Map([...files].map(([path, bytes]) => [path, latin1(bytes)]));
};

describe.each(["jessie", "bookworm", "trixie"])("the menus of %s", (suite) => {
  test("come out on the serial line as recorded", async () => {
    const files = await rendered(suite);

    for (const [path, text] of files)
      await expect(text).toMatchFileSnapshot(`${CAPTURES}${suite}/after/${path}`);
  });

  test("have no screen mode left, and a console before and after each separator", async () => {
    for (const [path, text] of await rendered(suite)) {
      expect(text, path).not.toMatch(/vga=|gfxterm|^play /m);
      for (const [line, before, after] of text.matchAll(/^.*\/linux(.*) ---? ?(.*)$/gm)) {
        expect([before, after], line).toEqual([
          expect.stringContaining(CONSOLE),
          expect.stringContaining(CONSOLE),
        ]);
      }
    }
  });

  test("are found where PXELINUX looks first", async () => {
    const files = await rendered(suite);

    expect(files.get("pxelinux.cfg/default")).toMatch(/^serial 1 115200 0\n/);
    expect(files.get("debian-installer/amd64/pxelinux.cfg/default")).toBe(files.get("pxelinux.cfg/default"));
  });
});

test.each(readdirSync(`${CAPTURES}jessie/seed-after`))(
  "%s of jessie comes out as the article edited it, but for the console carried into the installed system",
  async (name) => {
    const listed = readFileSync(`${CAPTURES}jessie/seed-after/${name}`, "latin1");
    const ours = (await rendered("jessie")).get(`${screens}/${name}`);

    // "serial 1 115200" is the same as with the flow control 0 that we spell out (doc/syslinux.txt, SERIAL).
    const effect = ours?.replaceAll(`--- ${CONSOLE}`, "---").replace("serial 1 115200 0", "serial 1 115200");
    expect(effect).toBe(listed);
  },
);

test("the entry armed is the same one for every loader, submenus included", async () => {
  const files = await rendered("bookworm", { choice: { entry: "rescue", afterSeconds: 1 } });

  expect(files.get("pxelinux.cfg/default")).toMatch(/^timeout 10\nontimeout rescue$/m);
  expect(files.get(`${screens}/rqtxt.cfg`)).toContain("label rescue\n\tmenu default\n");
  expect(files.get(grub)).toMatch(/^set default="1>1"\nset timeout=1\n/);
  expect(files.get("menu.ipxe")).toMatch(/^#!ipxe\nset waits 1000\ngoto menu-advanced\n/);
});

test.each(["bookworm", "trixie"])(
  "more words for the kernel of %s stand before what goes into the installed system, for every loader",
  async (suite) => {
    const words = ["auto=true", "url=http://10.0.0.1/private/x/preseed.cfg"];
    const files = await rendered(suite, { choice: { entry: "install", afterSeconds: 1 }, words });

    const line = /linux .*auto=true url=http:\/\/10\.0\.0\.1\/private\/x\/preseed\.cfg.* --- /g;
    const append = /\tappend .*auto=true url=http:\/\/10\.0\.0\.1\/private\/x\/preseed\.cfg.* --- /g;
    expect(files.get("menu.ipxe")?.match(line)?.length).toBe(1);
    expect(files.get(grub)?.match(line)?.length).toBe(1);
    expect([...files.values()].join("").match(append)?.length).toBe(1);
  },
);

test("words that could say more than they seem are refused", async () => {
  const choice = { entry: "install", afterSeconds: 1 } as const;

  for (const word of ["a b", "a\nb", "a;b", `\${x}`, "`id`", "a'b"])
    await expect(rendered("trixie", { choice, words: [word] })).rejects.toMatchObject({
      id: "image.unreadable",
    });
});

test("the local disk needs no menu in any loader", async () => {
  const files = await rendered("trixie", { choice: { local: true } });

  expect(files.get("pxelinux.cfg/default")).toContain("localboot 0");
  expect(files.get(grub)).toMatch(/chainloader \/EFI\/debian\/shimx64\.efi; boot; fi\n.*\n.*\nexit\n$/);
  expect(files.get("menu.ipxe")).toMatch(/^#!ipxe\n.*\niseq .* pcbios && sanboot .* \|\|\nexit 1\n$/);
});

test("an entry that the menu lacks is a fault that names it", async () => {
  await expect(rendered("trixie", { choice: { entry: "resuce", afterSeconds: 1 } })).rejects.toMatchObject({
    id: "image.unreadable",
    says: expect.stringContaining('no entry "resuce"'),
  });
});

test("rendering leaves the texts as they were read", async () => {
  const texts = await loadMenus(tree("bookworm"));
  const before = [...texts.files];
  renderTree(texts, wish);

  expect([...texts.files]).toEqual(before);
});
