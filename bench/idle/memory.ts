import { readFileSync } from "node:fs";

/** What a group of processes costs, in bytes. */
export type Memory = {
  readonly pss: number; // a page that N processes share counts 1/N for each, strangers included
  readonly alone: number; // about what the group costs where no stranger shares a page with it
};

export const memoryOf = (pids: readonly number[]): Memory => memoryIn(pids.map(smapsOf));

/** From the texts of /proc/PID/smaps of each process of the group (proc(5)). */
export function memoryIn(smaps: readonly string[]): Memory {
  const mappings = smaps.flatMap(readMappings);
  const pss = sum(mappings.map((mapping) => mapping.Pss));
  const ownPages = mappings.map(({ file, Pss, Private_Dirty }) => (file === undefined ? Pss : Private_Dirty));
  const ofFiles = new Map<string, number>();
  for (const { file, Shared_Clean, Shared_Dirty, Private_Clean } of mappings) {
    if (file === undefined) continue;
    ofFiles.set(file, Math.max(ofFiles.get(file) ?? 0, Shared_Clean + Shared_Dirty + Private_Clean));
  }
  return { pss, alone: sum(ownPages) + sum([...ofFiles.values()]) };
}

const SIZES = ["Pss", "Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty"] as const;
/** `file`: device, inode and offset; none for pages that are no file's. */
type Mapping = Record<(typeof SIZES)[number], number> & { readonly file: string | undefined };

const readMappings = (text: string): Mapping[] =>
  text
    .split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
    .filter(Boolean)
    .map(readMapping);

function readMapping(text: string): Mapping {
  const [, , offset, device, inode] = text.slice(0, text.indexOf("\n")).split(/ +/);
  const bytes = (field: string) =>
    Number(new RegExp(`^${field}: +(\\d+) kB`, "m").exec(text)?.[1] ?? 0) * 1024;
  const sizes = Object.fromEntries(SIZES.map((field) => [field, bytes(field)])) as Record<
    (typeof SIZES)[number],
    number
  >;
  return { ...sizes, file: inode === "0" ? undefined : `${device} ${inode} ${offset}` };
}

function smapsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/smaps`, "utf8");
  } catch {
    return ""; // it ended meanwhile
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
