import { readStanzas } from "./deb822.ts";

/** One place that apt gets packages from, in either of its two notations (sources.list(5)). */
export type AptSource = {
  readonly types: readonly string[];
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  readonly signedBy: string; // as written: key file, fingerprint or whole key; "" for none
};

/** The notation with one stanza a source: `.sources` files. */
export function readDeb822Sources(text: string): AptSource[] {
  return readStanzas(text).flatMap((fields) => {
    const words = (name: string) => (fields.get(name) ?? "").split(/\s+/).filter(Boolean);
    if (/^no|^false|^0/i.test(fields.get("enabled") ?? "")) return [];
    const [types, uris, suites] = [words("types"), words("uris"), words("suites")];
    return [
      { types, uris, suites, components: words("components"), signedBy: fields.get("signed-by") ?? "" },
    ];
  });
}

/** The older notation, one line a source: `deb [signed-by=KEY] URI SUITE COMPONENT...` */
export function readOneLineSources(text: string): AptSource[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*(deb|deb-src)\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (match === null) return [];
    const [, type, options, uri, suite, components] = match;
    const signedBy = /\bsigned-by=(\S+)/i.exec(options ?? "")?.[1] ?? "";
    const words = components!.split(/\s+/).filter(Boolean);
    return [{ types: [type!], uris: [uri!], suites: [suite!], components: words, signedBy }];
  });
}

/** The names that Debian's own archive goes by in somebody's sources. */
const DEBIAN_SUITES = ["bookworm", "trixie", "stable", "oldstable", "testing", "sid", "unstable", "forky"];

/**
 * Where this machine gets Debian itself from: never its security or backports archive, and before a
 * stranger's archive that borrows the suite names the one whose key or address says Debian.
 */
export function debianMirror(sources: readonly AptSource[]): AptSource | undefined {
  const able = sources.filter(
    ({ types, uris, suites, components }) =>
      types.includes("deb") &&
      components.includes("main") &&
      suites.some((suite) => DEBIAN_SUITES.includes(suite)) &&
      uris[0] !== undefined &&
      !uris[0].includes("security"),
  );
  return (
    able.find(({ signedBy }) => signedBy.includes("debian-archive")) ?? able.find(looksLikeDebian) ?? able[0]
  );
}

const looksLikeDebian = ({ uris }: AptSource): boolean => uris.some((uri) => /\/debian\/?$/.test(uri));

/** The same place, another release. */
export function sourceStanza({ uris, signedBy }: AptSource, suite: string): string {
  const key = signedBy === "" ? "" : `Signed-By: ${signedBy}\n`;
  return `Types: deb\nURIs: ${uris.join(" ")}\nSuites: ${suite}\nComponents: main\n${key}`;
}
