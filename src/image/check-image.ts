import { readFile } from "node:fs/promises";
import { Fault, reason } from "../base/fault.ts";
import { checkMirror } from "./check-mirror.ts";
import { checkTree } from "./check-tree.ts";
import { chooseMirror } from "./choose-mirror.ts";
import { type Finding, type Overall, overall } from "./core/finding.ts";
import type { InstallerTree } from "./core/installer-tree.ts";
import { judgeLoaders } from "./core/judge-loaders.ts";
import { judgePreseed, type Preseed, readPreseed } from "./core/preseed.ts";
import { grubOf } from "./efi-loaders.ts";
import { openMirror } from "./mirror.ts";

export type CheckWish = {
  readonly mirror?: string; // before the preseed's, before the one of this machine's apt
  readonly suite?: string;
  readonly preseed?: string; // a file
  readonly keyring?: string;
  readonly every?: boolean; // ask for each udeb, not for a sample
  readonly signal?: AbortSignal;
  readonly aptDirectory?: string;
  /** The image that UEFI's loaders come from, when it is another (efi-loaders.ts). */
  readonly loaders?: { readonly of: string; readonly tree: InstallerTree };
  readonly now: number;
};

export type Checked = {
  readonly root: string;
  readonly build: string;
  readonly kernelRelease: string;
  readonly mirror: string | null;
  readonly suite: string;
  readonly overall: Overall;
  readonly findings: readonly Finding[];
};

/** The tree itself, and the mirror that the installer in it will use: will an installation go through? */
export async function checkImage(tree: InstallerTree, wish: CheckWish): Promise<Checked> {
  const preseed = wish.preseed === undefined ? undefined : await preseedAt(wish.preseed);
  const suite = wish.suite ?? preseed?.suite ?? tree.suite;
  const findings: Finding[] = [
    ...(await checkTree(tree, wish.signal)),
    ...(await checkLoaders(tree, wish.loaders)),
    ...(preseed ? [judgePreseed(preseed)] : []),
  ];
  const { root, build, kernelRelease } = tree;
  let url: string | null = null;
  try {
    const chosen = await chooseMirror(wish, preseed);
    url = chosen.url;
    const mirror = openMirror(url, wish.signal);
    findings.push(...(await checkMirror(tree, mirror, { ...wish, suite, keyrings: chosen.keyrings })));
  } catch (error) {
    if (wish.signal?.aborted) throw error;
    const says = `The mirror could not be asked: ${reason(error)}.`;
    const remedy = "Check its address and the network, or name another with --mirror.";
    findings.push({ id: "skew", is: "unknown", says, remedy });
  }
  return { root, build, kernelRelease, mirror: url, suite, overall: overall(findings), findings };
}

async function checkLoaders(tree: InstallerTree, from: CheckWish["loaders"]): Promise<Finding[]> {
  const own = await grubOf(tree.root, tree);
  if (own === undefined) return []; // `files` says that it is missing
  const served = from && from.tree.root !== tree.root ? await grubOf(from.of, from.tree) : own;
  return [judgeLoaders(own, served ?? own)];
}

async function preseedAt(path: string): Promise<Preseed> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new Fault("use.wrong", {
      what: `The preseed cannot be read: ${reason(error)}.`,
      verb: "image check",
    });
  });
  return readPreseed(text);
}
