import { fromHex } from "../../base/text.ts";

/** A file of the pool as a Packages index promises it. */
export type Promised = { readonly path: string; readonly sha256: Uint8Array };

/** Takes the whole stanzas of a Packages index that comes in pieces (deb822(5)); the last half one is the rest. */
export function takePromised(rest: string, text: string): { rest: string; promised: readonly Promised[] } {
  const all = rest + text;
  const end = all.lastIndexOf("\n\n");
  if (end < 0) return { rest: all, promised: [] };
  const stanzas = all.slice(0, end).split("\n\n");
  return { rest: all.slice(end + 2), promised: stanzas.flatMap(promisedIn) };
}

export function promisedIn(stanza: string): Promised[] {
  const path = /^Filename: (\S+)$/m.exec(stanza)?.[1];
  const sum = /^SHA256: ([0-9a-f]{64})$/m.exec(stanza)?.[1];
  return path === undefined || sum === undefined
    ? []
    : [{ path: path.replace(/^\.\//, ""), sha256: fromHex(sum) }];
}
