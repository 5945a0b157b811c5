import { type ArchiveFile, isImmutable } from "./archive-file.ts";

/** For this long a file that may change is taken for unchanged: a rack of machines asks in bursts. */
const UNASKED_MS = 10_000;

/** Whether what is kept may be given without asking upstream (RFC 9111 4.2, with what Debian promises). */
export function isFresh(file: ArchiveFile, ageMs: number, noCache: boolean): boolean {
  if (noCache) return false; // who found our copy broken must get another
  return isImmutable(file) || (ageMs >= 0 && ageMs < UNASKED_MS);
}

/** `no-cache` of RFC 9111 5.2.1.4; apt's max-age=0 on every index is what the asking upstream is for. */
export const saysNoCache = (cacheControl = "", pragma = ""): boolean =>
  /(^|[\s,])no-cache\b/i.test(cacheControl) || (cacheControl === "" && /\bno-cache\b/i.test(pragma));

export type Validators = { readonly etag?: string; readonly lastModified?: string };
export type Conditions = {
  readonly "if-none-match"?: string | undefined;
  readonly "if-modified-since"?: string | undefined;
  readonly "if-range"?: string | undefined;
};

/** Whether the asker has it already (RFC 9110 13.2.2): If-Modified-Since counts only without If-None-Match. */
export function isUnchanged(asked: Conditions, { etag, lastModified }: Validators): boolean {
  const tags = asked["if-none-match"];
  if (tags !== undefined) {
    if (tags.trim() === "*") return true;
    return etag !== undefined && tags.split(",").some((tag) => weak(tag.trim()) === weak(etag));
  }
  const [since, changed] = [Date.parse(asked["if-modified-since"] ?? ""), Date.parse(lastModified ?? "")];
  return since >= changed; // false where one of them is no date
}

/** Whether the range may be given (RFC 9110 13.1.5): a rest that belongs to another file must not come. */
export function isSameFile(asked: Conditions, { etag, lastModified }: Validators): boolean {
  const same = asked["if-range"];
  if (same === undefined) return true;
  if (same.includes('"')) return !same.startsWith("W/") && same === etag;
  return lastModified !== undefined && Date.parse(same) === Date.parse(lastModified);
}

const weak = (tag: string): string => tag.replace(/^W\//, "");
