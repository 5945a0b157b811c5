// What may be chosen, apart from the shapes: the command line offers it without loading them.
export const BOOT_DEVICES = ["none", "pxe", "http", "disk", "cdrom", "bios"] as const;
export const INSTALL_METHODS = ["installer", "imaged"] as const;
export const WIPE_METHODS = ["auto", "blkdiscard", "nvme-format", "secure-erase", "overwrite"] as const;
export const READ_BACKS = ["sample", "all"] as const;
