/** Where in a TOML text a key stands, from 1: the line of the key, else of the table that lacks it. */
export function lineOf(text: string, path: readonly PropertyKey[]): number | undefined {
  const counts = new Map<string, number>(); // how many [[…]] of a name were met
  let table: PropertyKey[] = [];
  let nearest: number | undefined;
  let closeness = 0;
  for (const [i, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    const header = /^(\[\[?)\s*([\w.-]+)\s*\]\]?/.exec(line);
    if (header !== null)
      table = header[1] === "[[" ? oneMore(header[2]!, counts) : within(header[2]!, counts);
    const key = header === null ? /^([\w-]+|"[^"]*")\s*=/.exec(line)?.[1]?.replaceAll('"', "") : undefined;
    const here = key === undefined ? table : [...table, key];
    const isOnTheWay = here.length > closeness && here.every((part, at) => part === path[at]);
    if ((header !== null || key !== undefined) && isOnTheWay) [nearest, closeness] = [i + 1, here.length];
  }
  return nearest;
}

/** `[[segment.reservation]]` is the next one of the last segment. */
function oneMore(name: string, counts: Map<string, number>): PropertyKey[] {
  const parent = within(name.split(".").slice(0, -1).join("."), counts);
  const key = [...parent, name.split(".").at(-1)!].join(".");
  const index = counts.get(key) ?? 0;
  counts.set(key, index + 1);
  return [...parent, name.split(".").at(-1)!, index];
}

function within(name: string, counts: ReadonlyMap<string, number>): PropertyKey[] {
  const path: PropertyKey[] = [];
  for (const part of name.split(".").filter(Boolean)) {
    path.push(part);
    const count = counts.get(path.join("."));
    if (count !== undefined) path.push(count - 1);
  }
  return path;
}
