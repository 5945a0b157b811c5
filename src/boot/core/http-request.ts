import { flaw, ok, type Read } from "../../base/read.ts";

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
