import { flaw, ok, type Read } from "../../base/read.ts";

/** The disk that a person typed: its serial number, or its name below /dev/disk/by-id. */
export type DiskTarget = { readonly by: "serial" | "id"; readonly word: string };

const BY_ID =
  /^(?:\/dev\/disk\/by-id\/)?((?:ata|nvme|scsi|wwn|virtio|usb|mmc)-[A-Za-z0-9._:+-]{2,120}?)(?<!-part\d{1,3})$/;
const SERIAL = /^[A-Za-z0-9][A-Za-z0-9._-]{2,63}$/;

/** Names such as /dev/sda are refused: the kernel gives them anew at each boot. */
export function readDiskTarget(text: string): Read<DiskTarget> {
  const id = BY_ID.exec(text)?.[1];
  if (id !== undefined) return ok({ by: "id", word: id });
  if (/^\/dev\/|^(sd[a-z]+|vd[a-z]+|nvme\d+n\d+|hd[a-z])$/.test(text))
    return flaw(
      `"${text}" may be another disk at the next boot: give its serial number or /dev/disk/by-id/…`,
    );
  if (/-part\d+$/.test(text)) return flaw(`"${text}" is a part of a disk; name the whole`);
  if (!SERIAL.test(text)) return flaw(`"${text}" is no serial number and no name below /dev/disk/by-id`);
  return ok({ by: "serial", word: text });
}

const DIRECTORY = "/dev/disk/by-id";

/**
 * For partman/early_command: finds exactly one disk that is called so and makes it the one that is partitioned
 * and booted from. Otherwise it fails, and partman is left with a disk that there is not: the installer shows
 * an error and waits. The words need no quoting; the grammar above saw to that.
 */
export function diskCommand({ by, word }: DiskTarget, directory = DIRECTORY): string {
  const names =
    by === "id" ? `${directory}/${word}` : `${directory}/*[_-]${word} ${directory}/*[_-]${word}_1`;
  return [
    `d=$(for f in ${names}; do [ -b "$f" ] && readlink -f "$f"; done | sort -u)`,
    `case "$d" in /dev/*[!a-z0-9/]*|"") d=${directory}/no-disk-is-called-${word} ;; esac`,
    'debconf-set partman-auto/disk "$d"',
    'debconf-set grub-installer/bootdev "$d"',
    '[ -b "$d" ]',
  ].join("; ");
}

export const diskWords = ({ by, word }: DiskTarget): string =>
  by === "id" ? `${DIRECTORY}/${word}` : `the disk with serial number ${word}`;
