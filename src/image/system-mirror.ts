import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AptSource, debianMirror, readDeb822Sources, readOneLineSources } from "./core/apt-sources.ts";

/** Where this machine's own apt gets Debian from. Its files are only read. */
export async function systemMirror(aptDirectory = "/etc/apt"): Promise<AptSource> {
  const source = debianMirror(await systemSources(aptDirectory));
  if (source !== undefined) return source;
  throw new Error("no source of Debian itself stands in this machine's apt sources");
}

/**
 * Debian's archives as this machine's own apt names them: `debian`, and `debian-security` where it has it. One
 * with a password in its address is for this machine alone.
 */
export async function systemArchives(
  aptDirectory = "/etc/apt",
): Promise<readonly { readonly name: string; readonly url: string }[]> {
  const sources = await systemSources(aptDirectory);
  const named = (name: string, uri: string | undefined) =>
    uri !== undefined && /^https?:[^@]*$/.test(uri) ? [{ name, url: uri.replace(/\/+$/, "") }] : [];
  const security = sources.flatMap(({ uris }) => uris).find((uri) => /\/debian-security\/?$/.test(uri));
  return [...named("debian", debianMirror(sources)?.uris[0]), ...named("debian-security", security)];
}

async function systemSources(aptDirectory: string): Promise<AptSource[]> {
  const parts = join(aptDirectory, "sources.list.d");
  const names = (await readdir(parts).catch(() => [])).sort();
  const those = (ending: string) =>
    names.filter((name) => name.endsWith(ending)).map((name) => join(parts, name));
  const texts = (paths: readonly string[]) =>
    Promise.all(paths.map((path) => readFile(path, "utf8").catch(() => "")));
  const deb822 = await texts(those(".sources"));
  const oneLine = await texts([join(aptDirectory, "sources.list"), ...those(".list")]);
  return [...deb822.flatMap(readDeb822Sources), ...oneLine.flatMap(readOneLineSources)];
}
