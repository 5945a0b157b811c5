import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Machine } from "../api/shapes.ts";
import { readIpv4, readSubnet4 } from "../base/ipv4.ts";
import { readMac } from "../base/mac.ts";
import { must, type Read } from "../base/read.ts";
import { readSerialProfile } from "../base/serial-profile.ts";
import { latin1 } from "../base/text.ts";
import type { ExportAnswer, ExportAsked } from "../cli/world.ts";
import { exportFor, servesFiles } from "../export/core/export-for.ts";
import { TREE } from "../export/core/tree.ts";
import type { ExportMachine, ExportWish, MachineTree } from "../export/core/wish.ts";
import { readPool, refused } from "../export/core/words.ts";
import { writeOut } from "../export/write-out.ts";
import { renderTree } from "../image/core/render-tree.ts";
import { findImage } from "../image/find-image.ts";
import { loadMenus } from "../image/load-menus.ts";

/** `rackhand export`: the machines on record as another server's configuration, and its tree of files. */
export async function exportTo(asked: ExportAsked, state: string): Promise<ExportAnswer> {
  const out = asked.out === undefined ? undefined : resolve(asked.out);
  if (out === undefined && servesFiles(asked.server))
    throw refused(`${asked.server} serves files too: name a directory for them with --out.`);
  const exported = exportFor(asked.server, await wishOf(asked, out ?? "/", state));
  if (out !== undefined) await writeOut(out, exported);
  return { texts: exported.texts, written: out ?? null };
}

async function wishOf(asked: ExportAsked, out: string, state: string): Promise<ExportWish> {
  const subnet = given(readSubnet4(asked.subnet));
  const reserved = reservations(asked);
  const trees = treeMaker(state);
  const machines: ExportMachine[] = [];
  for (const machine of asked.machines) {
    const { name, loader } = machine;
    const address = reserved.get(name);
    const tree = await trees(machine);
    machines.push({
      ...{ name, loader, macs: machine.macs.map((mac) => must(readMac(mac))) },
      ...(address !== undefined && { address }),
      ...(tree !== undefined && { tree }),
    });
  }
  return {
    segment: {
      ...{ interface: asked.interface, subnet, pool: given(readPool(asked.pool)) },
      routers: asked.routers.map((router) => given(readIpv4(router))),
      nameServers: asked.nameServers.map((server) => given(readIpv4(server))),
    },
    bootServer: asked.address === undefined ? subnet.address : given(readIpv4(asked.address)),
    treeRoot: join(out, TREE),
    machines,
  };
}

function reservations({ reserve, machines }: ExportAsked) {
  const pairs = reserve.map((text) => {
    const [name, address, ...more] = text.split("=");
    if (name === undefined || address === undefined || more.length > 0)
      throw refused(`"${text}" is not a reservation such as web1=10.0.0.21.`);
    if (!machines.some((machine) => machine.name === name))
      throw refused(`"${name}", for which an address is reserved, is not among the machines.`);
    return [name, given(readIpv4(address))] as const;
  });
  return new Map(pairs);
}

/** Reads each image once. Only an armed installer makes a machine boot from the network. */
function treeMaker(state: string): (machine: Machine) => Promise<MachineTree | undefined> {
  const images = new Map<string, ReturnType<typeof readImage>>();
  return async ({ plan, serial, redirected }) => {
    if (plan === null || plan.image === null || plan.kind === "local" || plan.state === "used")
      return undefined;
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

function given<T>(read: Read<T>): T {
  if (read.ok) return read.value;
  throw refused(`${read.flaw}.`);
}
