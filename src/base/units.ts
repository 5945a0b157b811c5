import { flaw, ok, type Read } from "./read.ts";

const MS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const BYTES = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;

/** `250ms`, `10s`, `15min`, `12h`, `3d` in milliseconds; a bare number has no unit and is refused. */
export const readDuration = (text: string): Read<number> =>
  withUnit(text, MS, "a duration such as 500ms, 10s, 15min, 12h or 3d");

/** `4KiB`, `40MB`, `2GiB` in bytes; the binary and the decimal units differ. */
export const readSize = (text: string): Read<number> =>
  withUnit(text, BYTES, "a size such as 4KiB, 40MB or 2GiB");

function withUnit(text: string, units: Readonly<Record<string, number>>, wanted: string): Read<number> {
  const match = /^(\d+(?:\.\d+)?) ?([a-zA-Z]+)$/.exec(text);
  const unit = match && Object.hasOwn(units, match[2]!) ? units[match[2]!] : undefined;
  return unit === undefined ? flaw(`"${text}" is not ${wanted}`) : ok(Number(match![1]) * unit);
}

/** `850 ms`, `12.3 s`, `4 min 10 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** `512 B`, `40.8 MB`: decimal, as on the wire. */
export function size(bytes: number): string {
  const [unit, scale] =
    bytes < 1e3 ? ["B", 1] : bytes < 1e6 ? ["kB", 1e3] : bytes < 1e9 ? ["MB", 1e6] : ["GB", 1e9];
  return `${scale === 1 ? bytes : (bytes / Number(scale)).toFixed(1)} ${unit}`;
}

/** A probability as people read it, `12.5 %`; one that is nearly sure does not look as if it were. */
export const percent = (part: number): string =>
  part > 0.999 && part < 1 ? "above 99.9 %" : `${(100 * part).toFixed(1)} %`;
