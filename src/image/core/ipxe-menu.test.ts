import { expect, test } from "vitest";
import { VIRTUAL_SERIAL } from "../../base/serial-profile.ts";
import { type IpxeWish, ipxeMenu } from "./ipxe-menu.ts";
import type { Menu, MenuEntry } from "./pxelinux-menu.ts";

const ENTRY: MenuEntry & { is: "boot" } = {
  is: "boot",
  label: "install",
  title: { text: "Install", key: "i" },
  kernel: "di/linux",
  initrds: ["di/initrd.gz"],
  append: "vga=788 --- quiet",
};
const WISH: IpxeWish = {
  speaking: { serial: VIRTUAL_SERIAL, quiet: "kept", redirected: false },
  choice: { stay: true },
  base: `http://\${next-server}`,
  about: "Debian 12",
  title: "Installer",
};
const menu = (entry: Partial<typeof ENTRY> = {}): Menu => ({ title: "x", entries: [{ ...ENTRY, ...entry }] });
const script = (one: Menu, wish: Partial<IpxeWish> = {}) => {
  const read = ipxeMenu(one, { ...WISH, ...wish });
  return read.ok ? read.value : `flaw: ${read.flaw}`;
};

test("an entry loads kernel and initrd from the base, and a failure leads to a message", () => {
  const words = "initrd=initrd.gz console=ttyS0,115200n8 --- console=ttyS0,115200n8 quiet";

  expect(script(menu())).toContain(`:boot-install
kernel http://\${next-server}/di/linux ${words} || goto failed
initrd --name initrd.gz http://\${next-server}/di/initrd.gz || goto failed
boot || goto failed
`);
});

test("a waiting menu has no timeout, an armed one counts down to its entry", () => {
  const entry = { choice: { entry: "install", afterSeconds: 1 } } as const;

  expect(script(menu())).toContain(`\nchoose chosen && goto \${chosen} || goto console\n`);
  expect(script(menu(), entry)).toContain("\nset waits 1000\n".slice(1));
  expect(script(menu(), entry)).toContain(`\nchoose --timeout \${waits} --default boot-install chosen &&`);
});

test("after a failure, and once somebody went elsewhere, nothing counts down any more", () => {
  const more: Menu = { title: "More", entries: [{ is: "back", label: "back", title: { text: "Back.." } }] };
  const two = {
    ...menu(),
    entries: [ENTRY, { is: "menu" as const, label: "more", title: { text: "More" }, menu: more }],
  };
  const text = script(two, { choice: { entry: "install", afterSeconds: 1 } });

  expect(text).toContain(":menu-more\nset waits 0\nmenu More\n");
  expect(text.slice(text.indexOf(":failed"))).toContain("\nset waits 0\n");
});

test("labels that occur twice get places of their own", () => {
  const text = script({ title: "x", entries: [ENTRY, ENTRY] });

  expect(text.match(/^:boot-install.*$/gm)).toEqual([":boot-install", ":boot-install-2"]);
});

test("every goto and every item leads to a place that is there", () => {
  const text = script(menu(), { choice: { entry: "install", afterSeconds: 1 } });
  const places = new Set([...text.matchAll(/^:(\S+)$/gm)].map(([, name]) => name));
  const wanted = [...text.matchAll(/\bgoto ([\w-]+)/g), ...text.matchAll(/^item (?:--key . )?(\S+)/gm)];

  for (const [, name] of wanted) expect(places).toContain(name);
});

test.each([
  [{ append: `a=\${net0/mac}` }, "word"],
  [{ append: "x || shell" }, "word"],
  [{ append: "x; y" }, "word"],
  [{ kernel: "di/li'nux" }, "word"],
  [{ initrds: ["a\nshell"] }, "word"],
  [{ title: { text: "Install && shell" } }, "title"],
  [{ title: { text: "--key x" } }, "title"],
  [{ title: { text: "" } }, "title"],
  [{ label: "in stall" }, "name"],
])("%j is refused: it could say more than it seems", (entry, what) => {
  expect(script(menu(entry))).toMatch(new RegExp(`^flaw: the ${what} .* cannot stand in a boot script$`));
});

test.each([
  "http://10.0.0.1/",
  "http://10.0.0.1:8080/a",
  "http://[2001:db8::1]/",
  "",
  "debian-12/",
  `http://\${next-server}`,
])("%j is a base", (base) => {
  expect(script(menu(), { base })).toContain(
    `kernel ${base === "" || base.endsWith("/") ? base : `${base}/`}di/linux`,
  );
});

test.each(["http://a b/", `http://\${x}||shell`, "ftp://x/", "a$b"])("%j is no base", (base) => {
  expect(script(menu(), { base })).toMatch(/^flaw: /);
});
