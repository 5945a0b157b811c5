/** One unpacked Debian network installer, pristine on disk, with what it says about itself. */
export type InstallerTree = {
  readonly root: string; // the folder that holds debian-installer/
  readonly release: string; // "12"
  readonly suite: string; // "bookworm"
  readonly arch: string; // "amd64"
  readonly build: string; // "20230607+deb12u15"
  readonly kernelRelease: string; // what `uname -r` will say
  readonly kernelPackage: string; // the Debian version of the kernel's package
  readonly flavour: "text" | "gtk";
};

/** The texts of a tree that a serial console or a boot choice changes, read once. */
export type MenuTexts = {
  readonly about: string; // one line about the image
  readonly title: string; // of its menu; people look for this line
  readonly root: string; // what a fault names
  /** By path from the root, as written on disk (ISO 8859-1, so that every byte survives). */
  readonly files: ReadonlyMap<string, string>;
  /** Other paths that name one of the files: `pxelinux.cfg/default` is a link in Debian's trees. */
  readonly aliases: ReadonlyMap<string, string>;
  /** The file that PXELINUX reads first, a key of `files`; a tree for other processors than x86 has none. */
  readonly top: string | undefined;
  /** The file that GRUB reads, perhaps a key of `files`. */
  readonly grub: string;
};

/** Where the network loaders of Debian's own trees look (Debian Installation Guide 4.5). */
export const pathsOf = (arch: string) =>
  ({
    kernel: `debian-installer/${arch}/linux`,
    initrd: `debian-installer/${arch}/initrd.gz`,
    screens: `debian-installer/${arch}/boot-screens`,
    pxelinux: `debian-installer/${arch}/pxelinux.cfg/default`,
    grub: `debian-installer/${arch}/grub/grub.cfg`,
  }) as const;

/** Shim, which UEFI loads, and GRUB, which shim does. */
export const EFI_LOADERS: Readonly<Record<string, readonly [shim: string, grub: string]>> = {
  amd64: ["bootnetx64.efi", "grubx64.efi"],
  arm64: ["bootnetaa64.efi", "grubaa64.efi"],
  i386: ["bootnetia32.efi", "grubia32.efi"],
};

/** What UEFI loads before its menu: shim and what it asks for, GRUB, GRUB's own modules. The menu is the image's. */
export const isEfiLoader = (path: string): boolean =>
  /^debian-installer\/[a-z0-9]+\/(?:[^/]+\.efi|grub\/(?!grub\.cfg$).+)$/.test(path);

/** What a machine gets at the loader's menu. */
export type BootChoice =
  | { readonly stay: true } // the menu waits for ever
  | { readonly entry: string; readonly afterSeconds: number } // shown, then booted by itself
  | { readonly local: true }; // on to the next boot device, without a menu
