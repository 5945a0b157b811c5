import type { Condition, Counter } from "./run.ts";

/**
 * POSIX sh, `$1` a directory or a block device: which device it lies on or is, and what the kernel counts of it. Says what it can; a part that
 * is not there is empty.
 */
export const COUNTERS_SCRIPT = `
if [ -b "$1" ]; then at=$(lsblk -ndo MAJ:MIN "$1"); else at=$(findmnt -no MAJ:MIN -T "$1"); fi 2>/dev/null
at=$(echo "$at" | tr -d ' ')
echo "== device"; echo "$at"
echo "== disk"; cat /proc/diskstats 2>/dev/null
echo "== io-pressure"; cat /proc/pressure/io 2>/dev/null
echo "== beneath"; name=$(readlink "/sys/dev/block/$at") && lsblk -rsno NAME "/dev/\${name##*/}" 2>/dev/null
echo "== cache"; command -v dmsetup >/dev/null && dmsetup status --target cache 2>/dev/null
true
`;

/** What was counted up to one moment. */
export type Counts = ReadonlyMap<string, { readonly unit: string; readonly value: number }>;

export function readCounters(said: string): Counts {
  const part = (name: string) => (said.split(`== ${name}\n`)[1] ?? "").split(/^== /m)[0]!.trim().split("\n");
  const device = part("device")[0]!.trim();
  const beneath = new Set(part("beneath").map((name) => name.trim()));
  const found: (readonly [string, string, number])[] = [
    ...disk(
      part("disk").map((line) => line.trim().split(/\s+/)),
      device,
    ),
    ...pressure(part("io-pressure")),
    ...cache(part("cache").find((line) => beneath.has(line.split(":")[0]!)) ?? ""),
  ];
  const sure = found.filter(([, , value]) => Number.isFinite(value));
  return new Map(sure.map(([name, unit, value]) => [name, { unit, value }]));
}

/** Documentation/admin-guide/iostats.rst, fields from 1 after the name. */
const DISK = [
  ["device-reads", "requests", 1],
  ["device-sectors-read", "sectors", 3],
  ["device-writes", "requests", 5],
  ["device-sectors-written", "sectors", 7],
  ["device-busy", "ms", 10],
] as const;

function disk(rows: readonly (readonly string[])[], device: string) {
  const row = rows.find(([major, minor]) => `${major}:${minor}` === device);
  if (row === undefined) return [];
  return DISK.map(([name, unit, field]) => [name, unit, Number(row[2 + field])] as const);
}

/** Documentation/accounting/psi.rst. */
const PRESSURE = { some: "io-stalled-some", full: "io-stalled-full" } as const;

const pressure = (lines: readonly string[]) =>
  lines.flatMap((line) => {
    const [, kind, total] = /^(some|full) .*total=(\d+)/.exec(line) ?? [];
    return kind === undefined
      ? []
      : [[PRESSURE[kind as keyof typeof PRESSURE], "us", Number(total)] as const];
  });

/** Documentation/admin-guide/device-mapper/cache.rst, "Status": words after `cache`, from 0. */
const CACHE = [
  ["cache-read-hits", 4],
  ["cache-read-misses", 5],
  ["cache-write-hits", 6],
  ["cache-write-misses", 7],
  ["cache-demotions", 8],
  ["cache-promotions", 9],
  ["cache-dirty", 10],
] as const;

const CACHE_ROOM = ["cache-used", "cache-size"] as const;

/** What may be counted; a run has those that its host and its directory have. */
export const COUNTERS: readonly string[] = [
  ...[...DISK, ...CACHE].map(([name]) => name),
  ...[...Object.values(PRESSURE), ...CACHE_ROOM],
];

function cache(line: string) {
  const words = /: \d+ \d+ cache (.*)$/.exec(line)?.[1]?.split(" ");
  if (words === undefined) return [];
  const room = (words[3] ?? "").split("/").map(Number);
  return [
    ...CACHE.map(([name, at]) => [name, "blocks", Number(words[at])] as const),
    ...CACHE_ROOM.map((name, at) => [name, "blocks", room[at]!] as const),
  ];
}

/** Those that were read both times. */
export function countersOf(before: Counts, after: Counts): Counter[] {
  return [...before].flatMap(([name, { unit, value }]) => {
    const then = after.get(name);
    return then === undefined ? [] : [{ name, unit, before: value, after: then.value }];
  });
}

/** A dm-cache tells how full it is, which counts for more than what the profile hopes for. */
export function conditionOf(hoped: Condition, before: Counts): { condition: Condition; note?: string } {
  const [used, total] = [before.get("cache-used")?.value, before.get("cache-size")?.value];
  if (used === undefined || total === undefined || total === 0) {
    if (hoped === "as-found") return { condition: hoped };
    return {
      condition: hoped,
      note: "no dm-cache was seen under the directory, so how full a cache was is not known",
    };
  }
  const condition = used <= EMPTY * total ? "cache-empty" : used >= FULL * total ? "cache-full" : "as-found";
  const share = `${Math.round((100 * used) / total)} % of the dm-cache was in use when it began`;
  return condition === hoped ? { condition } : { condition, note: share };
}
const [EMPTY, FULL] = [0.05, 0.95]; // a file system that was only mounted has some blocks in it
