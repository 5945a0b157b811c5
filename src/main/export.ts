import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isStale } from "../agent/core/choice.ts";
import type { Machine } from "../api/shapes.ts";
import { readIpv4 } from "../base/ipv4.ts";
import { readMac } from "../base/mac.ts";
import { must } from "../base/read.ts";
import { readSerialProfile } from "../base/serial-profile.ts";
import { latin1 } from "../base/text.ts";
import type { ExportAnswer, ExportAsked } from "../cli/world.ts";
import { exportFor, servesFiles } from "../export/core/export-for.ts";
import { TREE } from "../export/core/tree.ts";
import type { ExportMachine, ExportWish, MachineTree } from "../export/core/wish.ts";
import { refused } from "../export/core/words.ts";
import { writeOut } from "../export/write-out.ts";
import { renderTree } from "../image/core/render-tree.ts";
import { findImage } from "../image/find-image.ts";
import { loadMenus } from "../image/load-menus.ts";
import { given, reservations, segmentAsked } from "./export-segment.ts";

/** `rackhand export`: the machines on record as another server's configuration, and its tree of files. */
export async function exportTo(asked: ExportAsked, state: string): Promise<ExportAnswer> {
  const out = asked.out === undefined ? undefined : resolve(asked.out);
  if (out === undefined && servesFiles(asked.server))
    throw refused(`${asked.server} serves files too: name a directory for them with --out.`);
  const wish = await wishOf(asked, out ?? "/", state);
  const exported = exportFor(asked.server, wish);
  if (out !== undefined) await writeOut(out, exported);
  return { texts: exported.texts, machines: wish.machines.length, written: out ?? null };
}

async function wishOf(asked: ExportAsked, out: string, state: string): Promise<ExportWish> {
  const { segment, reserved, name: meant } = segmentAsked(asked);
  const byName = reservations(asked);
  const trees = treeMaker(state);
  const machines: ExportMachine[] = [];
  for (const machine of asked.machines.filter((one) => meant === undefined || one.segment === meant)) {
    const { name, loader } = machine;
    const cards = machine.macs.map((mac) => must(readMac(mac)));
    const first = cards.find((mac) => reserved.has(mac)) ?? cards[0]!;
    const macs = [first, ...cards.filter((mac) => mac !== first)];
    const address = byName.get(name) ?? reserved.get(first);
    const tree = await trees(machine);
    machines.push({
      ...{ name, loader, macs },
      ...(address !== undefined && { address }),
      ...(tree !== undefined && { tree }),
    });
  }
  const bootServer = asked.address === undefined ? segment.subnet.address : given(readIpv4(asked.address));
  return { segment, bootServer, treeRoot: join(out, TREE), machines };
}

/** Reads each image once. Only an armed installer makes a machine boot from the network. */
function treeMaker(state: string): (machine: Machine) => Promise<MachineTree | undefined> {
  const images = new Map<string, ReturnType<typeof readImage>>();
  return async ({ plan, serial, redirected }) => {
    const isArmed = plan?.state === "armed" && plan.kind === "installer" && !isStale(plan, Date.now());
    if (!isArmed || plan.image === null) return undefined;
    const reading = images.get(plan.image) ?? readImage(plan.image, state);
    images.set(plan.image, reading);
    const { menus, ...image } = await reading;
    const wish = { serial: must(readSerialProfile(serial)), redirected, quiet: "dropped" } as const;
    const choice = { entry: "install", afterSeconds: 1 };
    const rendered = renderTree(menus, { ...wish, choice, base: "" }); // iPXE: beside its script
    return { ...image, texts: new Map([...rendered].map(([path, bytes]) => [path, latin1(bytes)])) };
  };
}

async function readImage(name: string, state: string) {
  const tree = await findImage(name, state);
  const { root, arch, release, build } = tree;
  const image = `debian-${release}-${arch}-${build}`;
  return { image, root, arch, paths: await filesOf(root), menus: await loadMenus(tree) };
}

const DEEPEST = 12; // a link may lead to a folder above it

/** Debian's trees name folders by links too. */
async function filesOf(root: string, under = "", depth = 0): Promise<string[]> {
  if (depth > DEEPEST) throw refused(`${root} goes round in links.`);
  const paths: string[] = [];
  for (const name of (await readdir(join(root, under))).sort()) {
    const path = join(under, name);
    const found = await stat(join(root, path));
    if (found.isDirectory()) paths.push(...(await filesOf(root, path, depth + 1)));
    else if (found.isFile()) paths.push(path);
  }
  return paths;
}
