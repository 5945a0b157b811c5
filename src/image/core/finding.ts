/** What is looked at, from the tree itself to the mirror that the installer will use. */
export type FindingId =
  | "menus"
  | "files"
  | "loaders"
  | "initrd-kernel"
  | "preseed"
  | "release"
  | "suite"
  | "skew"
  | "udebs"
  | "complete"
  | "build"
  | "origin";

/** One answer about an image. Could-not-tell is an answer; a warning is a pass that will not stay one. */
export type Finding = {
  readonly id: FindingId;
  readonly is: "pass" | "warn" | "fail" | "unknown";
  readonly says: string;
  readonly remedy?: string; // what to do about it
};

/** Without an answer to these nobody knows whether the installer will work; the others may stay open. */
const NEEDED: ReadonlySet<FindingId> = new Set([
  "menus",
  "files",
  "initrd-kernel",
  "release",
  "skew",
  "udebs",
]);

export type Overall = "pass" | "fail" | "unknown";

/** The answer about the image as a whole. */
export function overall(findings: readonly Finding[]): Overall {
  if (findings.some(({ is }) => is === "fail")) return "fail";
  return findings.some(({ id, is }) => is === "unknown" && NEEDED.has(id)) ? "unknown" : "pass";
}
