import { flaw, ok, type Read } from "../../base/read.ts";

/** From `from` up to, not including, `to`. */
export type Span = { readonly from: number; readonly to: number };

/** The path of a request target: decoded, without leading slashes and query, "/" for every "\\". */
export function pathOf(target: string): Read<string> {
  const withoutHost = target.replace(/^[a-z]+:\/\/[^/]*/i, "");
  const [path = ""] = withoutHost.split(/[?#]/, 1);
  try {
    return ok(cleanPath(decodeURIComponent(path)));
  } catch {
    return flaw("the address is not percent-encoded UTF-8");
  }
}

export const cleanPath = (path: string): string => path.replaceAll("\\", "/").replace(/^\/+/, "");

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

/** UEFI HTTP boot takes the kind of image from the content type first, then from the name. */
const TYPES: Readonly<Record<string, string>> = {
  efi: "application/efi",
  iso: "application/vnd.efi-iso",
  img: "application/vnd.efi-img",
  ipxe: "text/plain; charset=utf-8",
  cfg: "text/plain; charset=utf-8",
  txt: "text/plain; charset=utf-8",
  gz: "application/gzip",
};

export function contentType(path: string): string {
  const [, extension = ""] = /\.([a-z0-9]+)$/i.exec(path) ?? [];
  const key = extension.toLowerCase();
  return Object.hasOwn(TYPES, key) ? TYPES[key]! : "application/octet-stream";
}
