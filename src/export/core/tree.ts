import { bootRows, machinePath } from "./askers.ts";
import { head } from "./head.ts";
import type { Exported, ExportMachine, MachineTree, Server } from "./wish.ts";

/** The tree's folder, and the file in it that says that the tree is ours to change. */
export const TREE = "tftp";
export const TREE_NOTE = `${TREE}/made-by-rackhand.txt`;

type Booting = ExportMachine & { readonly tree: MachineTree };

/**
 * What a TFTP server serves: each image once, and a folder for each machine with its own menus, where all
 * else is a link to the image. PXELINUX and iPXE stay in the folder that they were loaded from; GRUB looks in
 * one fixed place, so a chooser stands there.
 */
export function treeFor(server: Server, machines: readonly ExportMachine[]): Exported {
  const booting = machines.filter((machine): machine is Booting => machine.tree !== undefined);
  const images = new Map(booting.map(({ tree }) => [tree.image, tree.root]));
  const arches = [...new Set(booting.map(({ tree }) => tree.arch))].sort();
  return {
    texts: [
      { path: TREE_NOTE, text: note(server, machines) },
      ...arches.map((arch) => ({
        path: `${TREE}/${grubOf(arch)}/grub.cfg`,
        text: chooser(server, booting, arch),
      })),
      ...booting.flatMap(texts),
    ],
    links: booting.flatMap(links),
    copies: [...images].sort().map(([image, from]) => ({ path: `${TREE}/images/${image}`, from })),
  };
}

/** What Debian's network GRUB has compiled in as its prefix. */
const grubOf = (arch: string): string => `debian-installer/${arch}/grub`;

function texts({ name, tree }: Booting) {
  return [...tree.texts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => ({
      path: `${TREE}/${machinePath(name)}/${path}`,
      text: path === `${grubOf(tree.arch)}/grub.cfg` ? moved(text, name) : text,
    }));
}

/** GRUB's paths begin at the server's root, so they have to name the machine's folder. */
const moved = (text: string, name: string): string =>
  text.replaceAll(/(?<=\s)\/debian-installer\//g, `/${machinePath(name)}/debian-installer/`);

function chooser(server: Server, booting: readonly Booting[], arch: string): string {
  const ours = booting.filter(({ tree }) => tree.arch === arch);
  const lines = ours.flatMap(({ name, macs }) => [
    ...macs.flatMap((mac) => [
      `if [ "$net_default_mac" = "${mac}" ]; then`,
      `  set prefix=($root)/${machinePath(name)}/${grubOf(arch)}`,
      "  configfile $prefix/grub.cfg",
      "fi",
    ]),
  ]);
  const about = ["GRUB reads this first; it goes on to the menu of the machine that asks."];
  return `${[...head(server, "#", about), ...lines, "exit"].join("\n")}\n`;
}

/** A link for the highest folder in which nothing is rewritten, relative, so that it holds in a chroot. */
function links({ name, tree }: Booting) {
  const rewritten = [...tree.texts.keys()];
  const tops = new Set(
    tree.paths.flatMap((path) => {
      if (tree.texts.has(path)) return [];
      const parts = path.split("/");
      const folders = parts.map((_, i) => parts.slice(0, i + 1).join("/"));
      return folders.find((folder) => !rewritten.some((text) => text.startsWith(`${folder}/`))) ?? [];
    }),
  );
  return [...tops].sort().map((path) => {
    const up = "../".repeat(`${machinePath(name)}/${path}`.split("/").length - 1);
    return { path: `${TREE}/${machinePath(name)}/${path}`, to: `${up}images/${tree.image}/${path}` };
  });
}

/** For whoever has a DHCP server that is none of the three. */
function note(server: Server, machines: readonly ExportMachine[]): string {
  const rows = machines.flatMap((machine) => {
    const own = bootRows(machine).map(({ asker, file }) => `  ${asker}: ${file}`);
    const what = own.length === 0 ? ["  boots its own disk: no file name"] : own;
    return ["", `${machine.name} (${machine.macs.join(", ")})`, ...what];
  });
  const about = ["What the DHCP server has to name as boot file, by who asks (options 175, 77, 93):"];
  return `${[...head(server, "#", []), ...about, ...rows].join("\n")}\n`;
}
