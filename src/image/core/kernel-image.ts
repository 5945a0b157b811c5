import { flaw, ok, type Read } from "../../base/read.ts";
import { type MenuTexts, pathsOf } from "./installer-tree.ts";
import { scriptBase, scriptWord } from "./script-words.ts";

/**
 * Something to boot that is a kernel, perhaps an initrd, a command line, and files that it fetches by itself:
 * a kernel of the user's own, or a live tree.
 */
export type KernelImage = {
  readonly append: string; // its command line; `{base}` is where its files are fetched from
  readonly hand?: true; // our live hand: it is told whom to ask for errands
  readonly files: readonly ImageFile[];
};
export type ImageFile = { readonly path: string; readonly bytes: number; readonly sha256: string };

/** What the loaders ask for. The manifest lies beside them and is not served. */
export const KERNEL = "linux";
export const INITRD = "initrd";
export const MANIFEST = "image.json";
/** The entry of its menu that a boot plan chooses. */
export const KERNEL_ENTRY = "boot";

/** The kernel's own bound is 2048 (arch/x86, COMMAND_LINE_SIZE); the console comes on top. */
const MOST_APPEND = 1900;
const FILE = /^(?![.-])[A-Za-z0-9_.-]{1,100}$/;
const RESERVED = new Set([KERNEL, INITRD, MANIFEST, "menu.ipxe", "private", "pxelinux.cfg"]);

export const hasInitrd = ({ files }: KernelImage): boolean => files.some(({ path }) => path === INITRD);
/** With this file a machine has all that its loader came for. */
export const lastOf = (image: KernelImage): string => (hasInitrd(image) ? INITRD : KERNEL);

/** A file beside kernel and initrd; loaders ask for some names themselves. */
export function readFileName(name: string): Read<string> {
  if (!FILE.test(name)) return flaw(`${JSON.stringify(name)} is not a name of letters, digits, _ . and -`);
  return RESERVED.has(name) ? flaw(`the name ${name} is taken by the boot itself`) : ok(name);
}

/**
 * A command line is held to a grammar and never quoted: what each of three loaders makes of `${}`, quotes,
 * line ends and `;` differs.
 */
export function readAppend(append: string): Read<string> {
  if (append.length > MOST_APPEND) return flaw(`it has ${append.length} characters, ${MOST_APPEND} fit`);
  for (const word of append.split(" ").filter(Boolean)) {
    const read = scriptWord(word.replaceAll("{base}", ""));
    if (!read.ok && word !== "{base}") return flaw(`the word ${JSON.stringify(word)} cannot stand in it`);
    if (word.startsWith("initrd=")) return flaw("the initrd is named by --initrd, not by initrd=");
    if (word === "-") return flaw('to PXELINUX a lone "-" is no command line at all');
  }
  return ok(append);
}

export function readManifest(text: string): Read<KernelImage> {
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch {
    return flaw(`${MANIFEST} is not JSON`);
  }
  const { append, files, hand } = (told ?? {}) as Partial<Record<keyof KernelImage, unknown>>;
  if (typeof append !== "string" || !Array.isArray(files)) return flaw(`${MANIFEST} lacks append or files`);
  const read = readAppend(append);
  if (!read.ok) return read;
  if (!files.every(isFile)) return flaw(`${MANIFEST} has a file without path, bytes and sha256`);
  if (files[0]?.path !== KERNEL) return flaw(`${MANIFEST} has no ${KERNEL}`);
  return ok({ append, files, ...(hand === true && { hand }) });
}

function isFile(told: unknown): told is ImageFile {
  const { path, bytes, sha256 } = (told ?? {}) as Partial<Record<keyof ImageFile, unknown>>;
  const isName = path === KERNEL || path === INITRD || (typeof path === "string" && readFileName(path).ok);
  return isName && Number.isSafeInteger(bytes) && typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256);
}

const ARCHITECTURES = ["amd64", "arm64", "i386"]; // whose GRUB looks for a menu where Debian's trees have it

/** The menu that such an image does not bring along, one entry for each loader; rendered as any tree's. */
export function kernelTexts(name: string, image: KernelImage, base: string): Read<MenuTexts> {
  const read = scriptBase(base);
  if (!read.ok) return read;
  const args = image.append.replaceAll("{base}", read.value).split(" ").filter(Boolean).join(" ");
  const initrd = hasInitrd(image);
  const top = "pxelinux.cfg/default";
  const pxelinux = [
    ...["prompt 0", "timeout 0", `label ${KERNEL_ENTRY}`, `\tmenu label Boot ${name}`, `\tkernel ${KERNEL}`],
    ...(initrd ? [`\tinitrd ${INITRD}`] : []),
    `\tappend ${args}`.trimEnd(),
  ];
  const grub = [
    `menuentry 'Boot ${name}' {`,
    `\tlinux /${KERNEL} ${args}`.trimEnd(),
    ...(initrd ? [`\tinitrd /${INITRD}`] : []),
    "}",
  ];
  const [first, ...others] = ARCHITECTURES.map((arch) => pathsOf(arch).grub);
  return ok({
    ...{ about: `The image ${name}`, title: `Boot menu of ${name}`, root: name, top, grub: first! },
    files: new Map([top, first!].map((path, i) => [path, `${[pxelinux, grub][i]!.join("\n")}\n`])),
    aliases: new Map([
      ...ARCHITECTURES.map((arch) => [pathsOf(arch).pxelinux, top] as const),
      ...others.map((path) => [path, first!] as const),
    ]),
  });
}
