import { flaw, ok, type Read } from "../../../base/read.ts";
import type { WipePlan } from "./wipe-script.ts";

/** What one disk was erased by, and what reading it back showed. */
export type Wiped = {
  readonly name: string;
  readonly by: string;
  readonly places: number; // that were marked before and read after
  readonly zeros: number; // of them
  readonly whole: boolean; // every byte was read, and is zero
};

const LINE = /^@wiped (\w+) ([a-z-]+) (\d+) 0 (\d+) 0 (all|sample)$/gm;

/** The script's own account; a disk that it does not name was not erased. */
export function readWiped(output: string, { disks }: Pick<WipePlan, "disks">): Read<Wiped[]> {
  const wiped = [...output.matchAll(LINE)].map(([, name, by, places, zeros, whole]) => ({
    ...{ name: name!, by: by!, places: Number(places), zeros: Number(zeros), whole: whole === "all" },
  }));
  return wiped.length === disks.length ? ok(wiped) : flaw("it does not say of each disk that it is erased");
}

/** What is proven, and not a word more: what a drive holds where nobody can read is its maker's word. */
export function provenWords({ by, places, zeros, whole }: Wiped): string {
  if (whole) return `by ${by}; every byte reads back as zero`;
  const marks = `${places} places that were marked before`;
  if (zeros === places) return `by ${by}; ${marks} read back as zeros`;
  return `by ${by}; none of ${marks} reads as it did, ${zeros} read as zeros`;
}
