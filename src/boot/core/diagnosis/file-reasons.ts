import { because, isFile, isKernel, isLoader, isMenu, isWhole, type Reason, textOf } from "./story.ts";

/** A machine that asked for files: the last thing that it asked for tells how far it came. */
export const fileReasons: readonly Reason[] = [
  function kernelBrokenOff({ all }) {
    const kernel = all.findLast((seen) => isFile(seen) && isKernel(seen) && seen.kind !== "tftp.began");
    if (kernel === undefined) return undefined;
    const why = textOf(kernel, "because") || textOf(kernel, "outcome");
    return because(`It asked for ${textOf(kernel, "file")} and did not get it: ${why}.`, kernel);
  },

  function probeThenNothing({ last, all }) {
    const ended = all.findLast(({ kind }) => kind === "tftp.ended");
    if (ended === undefined || textOf(ended, "outcome") !== "probe") return undefined;
    const file = textOf(ended, "file");
    if (last("tftp.began", () => true, ended.at)) return undefined;
    return because(
      `It asked by TFTP how large ${file} is, was told, and asked for nothing more: small packets arrive, ` +
        "so does something on the way drop fragments or large packets?",
      last("tftp.began", (seen) => textOf(seen, "file") === file),
      ended,
    );
  },

  function blocksLost({ last }) {
    const ended = last("tftp.ended", (seen) => textOf(seen, "outcome") === "silence");
    if (ended === undefined || last("tftp.began", () => true, ended.at)) return undefined;
    return because(
      `It began to load ${textOf(ended, "file")} and fell silent: blocks of ${textOf(ended, "blockBytes")} ` +
        "bytes, or its answers to them, do not arrive.",
      ended,
    );
  },

  function loaderAlone({ last, all }) {
    const loader = all.findLast((seen) => isWhole(seen) && isLoader(seen));
    if (loader === undefined) return undefined;
    const file = textOf(loader, "file");
    const menu = all.findLast((seen) => seen.at > loader.at && isWhole(seen) && isMenu(seen));
    if (menu !== undefined) return menuStands(textOf(menu, "file"), loader, menu);
    const asksAsIpxe = last("dhcp.heard", (seen) => textOf(seen, "asker") === "ipxe", loader.at);
    if (/^ipxe\/.*\.efi$/.test(file) && asksAsIpxe === undefined)
      return because(
        `${file} loads and never asks for an address: Debian's iPXE is not signed, and firmware with Secure ` +
          "Boot refuses it. With the loader auto it gets Debian's signed one.",
        loader,
      );
    const refused = last("tftp.refused", isMenu, loader.at) ?? last("http.refused", isMenu, loader.at);
    if (refused === undefined && /(^|\/)grub[^/]*\.efi$/.test(file))
      return because(
        `${file} loads and asks for no menu here: it stands at its prompt, grub>. Debian 12's GRUB looks for its menu ` +
          "at the server that leased the address; `rackhand image list` shows which GRUB it gets.",
        loader,
      );
    if (refused === undefined)
      return because(`${file} loads, the kernel is never asked for, nor is a menu.`, loader);
    const why = `${textOf(refused, "file")}: ${textOf(refused, "because")}`;
    return because(`${file} loads, the kernel is never asked for: it got no menu (${why}).`, loader, refused);
  },

  function scriptAlone({ all }) {
    const menu = all.findLast((seen) => isWhole(seen) && isMenu(seen));
    return menu === undefined ? undefined : menuStands(textOf(menu, "file"), menu);
  },

  function loaderRefused({ last }) {
    const refused = last("tftp.refused", isLoader) ?? last("http.refused", isLoader);
    if (refused === undefined) return undefined;
    const [file, why] = [textOf(refused, "file"), textOf(refused, "because")];
    return because(`It asked for its loader, ${file}, and did not get it: ${why}.`, refused);
  },
];

function menuStands(file: string, ...shown: Parameters<typeof because>[1][]) {
  const says = `Its menu, ${file}, loaded and the kernel was never asked for: the menu waits for a person.`;
  return because(says, ...shown);
}
