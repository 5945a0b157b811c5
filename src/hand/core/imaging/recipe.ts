/** How the disks of a machine are laid out; where the boot loader goes follows from the machine's firmware. */
export type Recipe = {
  readonly disks: 1 | 2; // two hold the same: RAID 1
  readonly group: string | null; // the LVM volume group that the volumes are in; null: partitions
  readonly volumes: readonly Volume[];
};
export type Volume = {
  readonly mount: string; // "/", "/var", or "swap"
  readonly bytes: number | "rest";
  readonly as: FileSystem | "swap";
};
export const FILE_SYSTEMS = ["ext4", "xfs"] as const;
export type FileSystem = (typeof FILE_SYSTEMS)[number];

const SWAP: Volume = { mount: "swap", bytes: 2 ** 29, as: "swap" };
const ROOT: Volume = { mount: "/", bytes: "rest", as: "ext4" };

/** Those that are there without settings. */
export const RECIPES: Readonly<Record<string, Recipe>> = {
  plain: { disks: 1, group: null, volumes: [SWAP, ROOT] },
  lvm: { disks: 1, group: "system", volumes: [SWAP, ROOT] },
  "raid1-lvm": { disks: 2, group: "system", volumes: [SWAP, ROOT] },
};

/** What the image needs, and some room to work in. */
export const LEAST_ROOT_BYTES = 2e9;
