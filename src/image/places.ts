import { join } from "node:path";

/** The Debian releases whose installer we know by name. */
export const RELEASES = {
  "debian-12": { release: "12", suite: "bookworm" },
  "debian-13": { release: "13", suite: "trixie" },
} as const satisfies Record<string, { release: string; suite: string }>;
export type DebianName = keyof typeof RELEASES;
export const DEBIAN_NAMES = Object.keys(RELEASES) as DebianName[];

export const isDebianName = (name: string): name is DebianName => Object.hasOwn(RELEASES, name);

export const packageOf = (name: DebianName, arch: string): string =>
  `debian-installer-${RELEASES[name].release}-netboot-${arch}`;

/** Whose firmware we have loaders for (boot/core/dhcp/architectures.ts); the first is the usual one. */
export const ARCHITECTURES = ["amd64", "arm64", "i386"] as const;

/** Where Debian's packages put their trees. */
export const SYSTEM_IMAGES = "/usr/lib/debian-installer/images";

export const treeIn = (images: string, name: DebianName, arch: string): string =>
  join(images, RELEASES[name].release, arch, "text");

/** Where the generations of a pulled image lie, and the lock of those who pull it. */
export const pulledIn = (stateDirectory: string, name: DebianName, arch: string): string =>
  join(stateDirectory, "images", arch === "amd64" ? name : `${name}-${arch}`);
export const pullLock = (stateDirectory: string, name: DebianName, arch: string): string =>
  join(stateDirectory, "images", `.${name}-${arch}.lock`);
