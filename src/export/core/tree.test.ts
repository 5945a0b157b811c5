import { expect, test } from "vitest";
import { DB1, TREE, WEB1 } from "../testing/sample-wish.ts";
import { treeFor } from "./tree.ts";

const AT = "tftp/machines/web1";
const textsOf = (machines = [WEB1, DB1]) =>
  new Map(treeFor("tftpd-hpa", machines).texts.map(({ path, text }) => [path, text]));

test("what is rewritten is written, all else links to one copy of the image, whole folders where they can", () => {
  const { links, copies } = treeFor("tftpd-hpa", [WEB1, { ...WEB1, name: "web2" }]);

  expect(copies).toEqual([{ path: `tftp/images/${TREE.image}`, from: "/images/12" }]);
  const own = links.filter(({ path }) => path.startsWith(`${AT}/`));
  expect(own.map(({ path }) => path.slice(AT.length + 1))).toEqual([
    "debian-installer/amd64/bootnetx64.efi",
    "debian-installer/amd64/grub/x86_64-efi",
    "debian-installer/amd64/linux",
    "debian-installer/amd64/pxelinux.0",
    "ldlinux.c32",
    "pxelinux.0",
  ]);
  expect(own.at(-1)!.to).toBe(`../../images/${TREE.image}/pxelinux.0`);
  expect(textsOf().get(`${AT}/pxelinux.cfg/default`)).toBe("serial 1 115200 0\n");
});

test("GRUB looks in one place: it goes on by the card's address, and its kernel is the machine's", () => {
  const texts = textsOf();

  const chooser = texts.get("tftp/debian-installer/amd64/grub/grub.cfg")!;
  expect(chooser).toContain(`if [ "$net_default_mac" = "0c:c4:7a:7c:28:40" ]; then
  set prefix=($root)/machines/web1/debian-installer/amd64/grub
  configfile $prefix/grub.cfg
fi
exit
`);
  expect(texts.get(`${AT}/debian-installer/amd64/grub/grub.cfg`)).toBe(
    "linux /machines/web1/debian-installer/amd64/linux console=ttyS1\n",
  );
});

test("a machine that boots its own disk has no folder, and the note says so", () => {
  const texts = textsOf();

  expect([...texts.keys()].filter((path) => path.includes("machines/db1"))).toEqual([]);
  expect(texts.get("tftp/made-by-rackhand.txt")).toContain(
    "db1 (0c:c4:7a:7c:28:41, 0c:c4:7a:7c:28:42)\n  boots its own disk: no file name",
  );
});
