import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../base/fault.ts";
import type { Places } from "./server-places.ts";

const DEBIAN = "/usr/lib/postgresql";

/** The directory of Debian's server programs: the newest, or the version that made the data. */
export async function findServerProgram(places: Places): Promise<string> {
  const installed = await installedVersions();
  const newest = installed.at(-1);
  if (newest === undefined) throw new Fault("store.no-server", {});
  const version = (await versionOf(places.data)) ?? newest;
  if (!installed.includes(version)) {
    const why = `its files were made by PostgreSQL ${version}, and only ${installed.join(", ")} is installed`;
    throw new Fault("store.failed", { directory: places.directory, why, log: places.log });
  }
  return join(DEBIAN, String(version), "bin");
}

async function installedVersions(): Promise<number[]> {
  const names = await readdir(DEBIAN).catch((): string[] => []);
  const versions = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const whole = await Promise.all(versions.map((version) => hasServer(join(DEBIAN, String(version), "bin"))));
  return versions.filter((_, i) => whole[i]).sort((a, b) => a - b); // a client package makes the folder too
}

async function hasServer(bin: string): Promise<boolean> {
  const names = await readdir(bin).catch((): string[] => []);
  return ["initdb", "postgres"].every((name) => names.includes(name));
}

async function versionOf(data: string): Promise<number | undefined> {
  const text = await readFile(join(data, "PG_VERSION"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : Number.parseInt(text, 10);
}
