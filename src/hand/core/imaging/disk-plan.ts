import { flaw, ok, type Read } from "../../../base/read.ts";
import { size } from "../../../base/units.ts";
import { LEAST_ROOT_BYTES, type Recipe, type Volume } from "./recipe.ts";

/** A disk as the live hand sees it. */
export type DiskSeen = {
  readonly name: string;
  readonly serial: string | null;
  readonly wwn: string | null;
  readonly bytes: number;
};
export type Firmware = "bios" | "uefi";
/** From a MiB of the disk, so many of them. */
export type Part = { readonly number: number; readonly fromMiB: number; readonly mebibytes: number };
export type Planned = Volume & { readonly mebibytes: number; readonly part: number | null }; // null: in the group

/** What becomes of which disks; the scripts follow it to the letter. */
export type DiskPlan = {
  readonly firmware: Firmware;
  readonly disks: readonly { readonly id: string; readonly name: string; readonly bytes: number }[];
  readonly boot: Part; // the EFI system partition, or where a BIOS's GRUB lies
  readonly store: Part | null; // what the volume group, or the RAID below it, is in
  readonly group: string | null;
  readonly volumes: readonly Planned[]; // in the order that they are made
  readonly parts: readonly Part[];
};

const MiB = 2 ** 20;
const BOOT_MIB: Readonly<Record<Firmware, number>> = { bios: 1, uefi: 512 };
/** RAID's superblock and bitmap, and LVM's labels, at the front. */
const GROUP_MIB = 132;
const ID = /^[A-Za-z0-9._:+=-][A-Za-z0-9 ._:+=-]{0,98}$/;

/** The disk that an operator typed, by serial number or WWN. Its name is not enough: it changes from boot to boot. */
export function findDisk(disks: readonly DiskSeen[], id: string): Read<DiskSeen> {
  if (!ID.test(id)) return flaw(`"${id}" is no serial number`);
  const found = disks.filter(({ serial, wwn }) => serial === id || wwn === id);
  if (found.length === 1) return ok(found[0]!);
  const there = disks.map(
    (disk) => `${disk.name} (${size(disk.bytes)}, ${disk.serial ?? disk.wwn ?? "no serial"})`,
  );
  const those = there.length === 0 ? "there is no disk at all" : `there are ${there.join(", ")}`;
  return flaw(
    found.length === 0 ? `no disk has the serial number ${id}: ${those}` : `${found.length} disks say ${id}`,
  );
}

/** Each by its number, and none twice. */
export function disksOf(disks: readonly DiskSeen[], ids: readonly string[]): Read<DiskPlan["disks"]> {
  const chosen: DiskPlan["disks"][number][] = [];
  for (const id of ids) {
    const found = findDisk(disks, id);
    if (!found.ok) return found;
    chosen.push({ id, name: found.value.name, bytes: found.value.bytes });
  }
  if (new Set(chosen.map(({ name }) => name)).size !== chosen.length)
    return flaw("it is the same disk twice");
  return ok(chosen);
}

/** Recipe and disks into a plan, or why they do not fit; nothing is touched for it. */
export function planDisks(
  recipe: Recipe,
  { disks, ids, firmware }: { disks: readonly DiskSeen[]; ids: readonly string[]; firmware: Firmware },
): Read<DiskPlan> {
  if (ids.length !== recipe.disks || new Set(ids).size !== ids.length)
    return flaw(`the recipe wants ${recipe.disks === 1 ? "one disk" : "two disks"}, ${ids.length} named`);
  const read = disksOf(disks, ids);
  if (!read.ok) return read;
  const chosen = read.value;
  // the smaller of two counts, and GPT's copy wants the last MiB
  const smallest = chosen.reduce((one, other) => (other.bytes < one.bytes ? other : one));
  const boot = { number: 1, fromMiB: 1, mebibytes: BOOT_MIB[firmware] };
  const from = boot.fromMiB + boot.mebibytes;
  const room = Math.floor(smallest.bytes / MiB) - 1 - from;
  const fits = fit(recipe, recipe.group === null ? room : room - GROUP_MIB);
  if (!fits.ok)
    return flaw(`${smallest.name} (${size(smallest.bytes)}, ${smallest.id}) is too small: ${fits.flaw}`);
  const store = recipe.group === null ? null : { number: 2, fromMiB: from, mebibytes: room };
  const { volumes, parts } = recipe.group === null ? asParts(fits.value, from) : inGroup(fits.value);
  const all = [boot, ...(store === null ? [] : [store]), ...parts];
  return ok({ firmware, disks: chosen, boot, store, group: recipe.group, volumes, parts: all });
}

type Sized = Volume & { readonly mebibytes: number };

function fit({ volumes }: Recipe, room: number): Read<Sized[]> {
  const fixed = (volume: Volume) => (volume.bytes === "rest" ? 0 : Math.ceil(volume.bytes / MiB / 4) * 4);
  const taken = volumes.reduce((sum, volume) => sum + fixed(volume), 0);
  const hungry = volumes.find(({ bytes }) => bytes === "rest");
  const rest = Math.floor((room - taken) / 4) * 4; // LVM's extents are 4 MiB
  const least = hungry === undefined ? 0 : hungry.mount === "/" ? LEAST_ROOT_BYTES / MiB : 64;
  if (rest < least) {
    const wanted = size((taken + least) * MiB);
    return flaw(`the recipe wants ${wanted}, and ${size(Math.max(0, room) * MiB)} are there for it`);
  }
  const sized = volumes.map((volume) => ({ ...volume, mebibytes: volume === hungry ? rest : fixed(volume) }));
  return ok(sized.sort((one, other) => Number(one.bytes === "rest") - Number(other.bytes === "rest")));
}

const inGroup = (sized: readonly Sized[]) => ({
  volumes: sized.map((volume) => ({ ...volume, part: null })),
  parts: [] as Part[],
});

function asParts(sized: readonly Sized[], first: number): { volumes: Planned[]; parts: Part[] } {
  let fromMiB = first;
  const parts: Part[] = [];
  for (const { mebibytes } of sized) {
    parts.push({ number: parts.length + 2, fromMiB, mebibytes });
    fromMiB += mebibytes;
  }
  return { volumes: sized.map((volume, place) => ({ ...volume, part: parts[place]!.number })), parts };
}

/** "sda, 480.1 GB, serial S3Z…": what is erased, for who asked. */
export const diskWords = ({ disks }: Pick<DiskPlan, "disks">): string =>
  disks.map(({ name, bytes, id }) => `${name}, ${size(bytes)}, serial ${id}`).join(" and ");

export const eraseWords = (plan: DiskPlan, image: string): string =>
  `${image} goes onto ${diskWords(plan)}: this erases ${plan.disks.length === 1 ? "it" : "both"}`;
