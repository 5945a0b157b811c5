import { expect, test } from "vitest";
import { readMenu } from "./pxelinux-menu.ts";

const TOP = "top.cfg";
const menuOf = (files: Record<string, string>) => readMenu(new Map(Object.entries(files)), TOP);

test("includes are followed, missing ones skipped, submenus nested", () => {
  const menu = menuOf({
    [TOP]:
      "menu title \x07Installer\ninclude gone.cfg\ninclude /txt.cfg\nmenu begin more\nmenu label ^More\n" +
      "label back\nmenu label ^Back\nmenu exit\ninclude more.cfg\nmenu end\nlabel help\nconfig help.cfg\n",
    "txt.cfg":
      "label install\n\tmenu label ^Install\n\tkernel di/linux\n\tappend vga=788 initrd=di/i.gz --- quiet \n",
    "more.cfg": "label rescue\nlinux di/linux\ninitrd a.gz,b.gz\nappend rescue/enable=true ---\n",
  });

  expect(menu.title).toBe("Installer");
  expect(menu.entries.map(({ is, label }) => [is, label])).toEqual([
    ["boot", "install"],
    ["menu", "more"],
    ["config", "help"],
  ]);
  expect(menu.entries[0]).toEqual({
    is: "boot",
    label: "install",
    title: { text: "Install", key: "i" },
    kernel: "di/linux",
    initrds: ["di/i.gz"],
    append: "vga=788 --- quiet",
  });
  const more = menu.entries[1];
  expect(more?.is === "menu" && more.menu.entries).toEqual([
    { is: "back", label: "back", title: { text: "Back", key: "b" } },
    {
      is: "boot",
      label: "rescue",
      title: { text: "rescue" },
      kernel: "di/linux",
      initrds: ["a.gz", "b.gz"],
      append: "rescue/enable=true ---",
    },
  ]);
});

test("a menu that includes itself ends", () => {
  const menu = menuOf({ [TOP]: "include top.cfg\nlabel a\nkernel linux\n" });

  expect(menu.entries.length).toBeGreaterThan(0);
});

test("an append before the first label holds for labels without their own", () => {
  const menu = menuOf({
    [TOP]: "append priority=low\nlabel a\nkernel linux\nlabel b\nkernel linux\nappend x=1\n",
  });

  expect(menu.entries.map((entry) => entry.is === "boot" && entry.append)).toEqual(["priority=low", "x=1"]);
});

test("modules, hidden labels and the local disk are no kernels", () => {
  const menu = menuOf({
    [TOP]:
      "label a\nkernel vesamenu.c32\nlabel b\nlocalboot 0\nlabel c\nlinux l\nmenu hide\nlabel d\ncom32 x\n",
  });

  expect(menu.entries).toEqual([]);
});
