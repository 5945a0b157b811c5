import type { Inventory } from "../../src/api/shapes.ts";
import { quoted } from "../../src/base/quoted.ts";
import { size } from "../../src/base/units.ts";

export type Disk = Inventory["disks"][number];

/** What a disk is named by: a name such as sda changes from boot to boot, so one without a number cannot be named. */
export const numberOf = ({ serial, wwn }: Disk): string | null => serial ?? wwn;

/** `sda, 480.1 GB, serial S3Z…`; only the number, where no hand has looked. */
export function diskWords(id: string, disks: readonly Disk[]): string {
  const disk = disks.find(({ serial, wwn }) => serial === id || wwn === id);
  return disk === undefined ? `serial ${id}` : `${disk.name}, ${size(disk.bytes)}, serial ${id}`;
}

/** What is typed before they are erased: each number, as in a terminal. */
export const typedOf = (ids: readonly string[]): string => ids.join(" ");

/** Chosen or not any more; beyond `most` the first that was chosen gives way. */
export function toggled(chosen: readonly string[], id: string, most: number): readonly string[] {
  if (chosen.includes(id)) return chosen.filter((one) => one !== id);
  return [...chosen, id].slice(-most);
}

/** A word of a shell's command line. */
export const shellWord = (word: string): string => (/^[\w.,:=+@%/-]+$/.test(word) ? word : quoted(word));
