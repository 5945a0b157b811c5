import { latin1 } from "../../base/text.ts";

/** The generations that a loader says of itself; firmware refuses those that were revoked. */
export type SbatRow = { readonly component: string; readonly generation: number; readonly version: string };

const [SECTION_BYTES, MOST_SECTIONS] = [40, 96];

/**
 * The rows of a loader's section .sbat (shim's SBAT.md): component, generation, vendor, package, version, URL. None of
 * a file that is no PE image, or older than SBAT.
 */
export function readSbat(file: Uint8Array): readonly SbatRow[] {
  const section = sectionOf(file, ".sbat");
  if (section === undefined) return [];
  const text = latin1(section).replace(/\0+$/, "");
  return text.split("\n").flatMap((line) => {
    const [component = "", generation = "", , , version = ""] = line.split(",");
    return /^\d{1,9}$/.test(generation) ? [{ component, generation: Number(generation), version }] : [];
  });
}

/** A section's bytes, by the headers of a PE image (Microsoft's PE format, "COFF File Header", "Section Table"). */
function sectionOf(file: Uint8Array, name: string): Uint8Array | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 64) return undefined;
  const header = view.getUint32(0x3c, true);
  if (header + 24 > file.length || view.getUint32(header, true) !== 0x4550) return undefined; // "PE\0\0"
  const count = Math.min(view.getUint16(header + 6, true), MOST_SECTIONS);
  const first = header + 24 + view.getUint16(header + 20, true);
  for (
    let at = first;
    at < first + count * SECTION_BYTES && at + SECTION_BYTES <= file.length;
    at += SECTION_BYTES
  ) {
    if (latin1(file.subarray(at, at + 8)).replace(/\0+$/, "") !== name) continue;
    const [size, from] = [view.getUint32(at + 16, true), view.getUint32(at + 20, true)];
    return file.subarray(from, from + size);
  }
  return undefined;
}
