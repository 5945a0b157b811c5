import { flaw, ok, type Read } from "./read.ts";

/** From `from` up to, not including, `to`. */
export type Span = { readonly from: number; readonly to: number };

/** RFC 9110 14: one range is served; several, or a unit that is not bytes, give the whole file. */
export function rangeOf(header: string | undefined, bytes: number): Read<Span> {
  const whole = ok({ from: 0, to: bytes });
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return whole;
  const [first, last] = [match[1]!, match[2]!];
  if (first === "") {
    const tail = Math.min(Number(last), bytes);
    return tail === 0 ? flaw("the range is empty") : ok({ from: bytes - tail, to: bytes });
  }
  const from = Number(first);
  if (from >= bytes) return flaw(`the range begins at ${from}, the file has ${bytes} bytes`);
  const to = last === "" ? bytes : Math.min(Number(last) + 1, bytes);
  return to <= from ? whole : ok({ from, to });
}
