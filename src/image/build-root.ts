import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { size } from "../base/units.ts";
import { holdLock } from "../process/hold-lock.ts";
import { runProgram } from "../process/run-program.ts";
import { chooseMirror } from "./choose-mirror.ts";
import { FINISH_ROOT, rootArgv } from "./core/root-recipe.ts";
import { addGeneration, newestGeneration } from "./generations.ts";
import { sha256 } from "./hash-tree.ts";
import { openMirror } from "./mirror.ts";
import { type DebianName, RELEASES } from "./places.ts";
import { fetchRelease } from "./signed-release.ts";

export type RootWish = {
  readonly release: DebianName;
  readonly mirror?: string;
  readonly keyring?: string;
  readonly stateDirectory: string;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
};
/** A packed Debian that is put onto disks: where it lies and what it must be. */
export type RootHere = {
  readonly name: string; // for an errand's file/
  readonly release: DebianName;
  readonly bytes: number;
  readonly sha256: string;
  readonly asOf: string; // the day of the newest package list that it was made from
};

const WITHIN_MS = 60 * 60_000;
const LOCK_MS = 30 * 60_000;
const PACKED = "root.tar.zst";
const MANIFEST = "root.json";

const nameOf = (release: DebianName): string => `root-${release}`;
const placeOf = (stateDirectory: string, release: DebianName): string =>
  join(stateDirectory, "images", nameOf(release));

/** The newest that was built here, if any. */
export async function findRoot(release: DebianName, stateDirectory: string): Promise<RootHere | undefined> {
  const newest = await newestGeneration(placeOf(stateDirectory, release));
  if (newest === undefined) return undefined;
  return JSON.parse(await readFile(join(newest.tree, MANIFEST), "utf8")) as RootHere;
}

/** Whether the bytes are still those that were built. */
export async function verifyRoot(root: RootHere, stateDirectory: string): Promise<void> {
  const newest = await newestGeneration(placeOf(stateDirectory, root.release));
  const packed = join(newest!.tree, PACKED);
  if ((await sha256(packed)) === root.sha256) return;
  throw new Fault("image.damaged", { name: nameOf(root.release), why: `${packed} has another checksum` });
}

/**
 * Builds a Debian for disks from a mirror that Debian's keys vouch for. The mirror's Release files give the
 * time of all that is in it, so the same mirror gives the same bytes.
 */
export async function buildRoot(wish: RootWish): Promise<RootHere> {
  const { release, stateDirectory, signal } = wish;
  if (!existsSync("/usr/bin/mmdebstrap")) {
    const packages = "mmdebstrap";
    throw new Fault("setup.package-missing", { what: "Building an image", missing: packages, packages });
  }
  await mkdir(join(stateDirectory, "images"), { recursive: true });
  const name = nameOf(release);
  const lock = await holdLock(join(stateDirectory, "images", `.${name}.lock`), LOCK_MS, signal);
  const work = await mkdtemp(join(stateDirectory, "images", ".building-"));
  try {
    return await build(wish, work);
  } catch (error) {
    if (signal.aborted || error instanceof Fault) throw error;
    throw new Fault("image.not-built", { name, why: reason(error).replace(/\.$/, "") }, error);
  } finally {
    await rm(work, { recursive: true, force: true });
    await lock.release();
  }
}

async function build(wish: RootWish, work: string): Promise<RootHere> {
  const { release, progress, signal, stateDirectory } = wish;
  const { suite } = RELEASES[release];
  const { url, keyrings } = await chooseMirror(wish);
  const { date, sources } = await signedSources(url, suite, keyrings, signal);
  const asOf = new Date(date).toISOString().slice(0, 10);
  progress(`Debian ${RELEASES[release].release} from ${url}, as of ${asOf}`);
  await writeFile(join(work, "finish"), FINISH_ROOT, { mode: 0o755 });
  const argv = ["env", `SOURCE_DATE_EPOCH=${date / 1000}`, ...rootArgv({ suite, sources, keyrings, work })];
  const { status, complaints } = await runProgram({
    ...{ argv: argv as [string, ...string[]], withinMs: WITHIN_MS, signal },
    line: (line) => line.startsWith("I: ") && progress(line.slice(3)),
  });
  if (status !== 0) {
    const errors = complaints.split("\n").filter((line) => /^E: |error/i.test(line));
    throw new Error(`mmdebstrap ended with ${status}: ${errors.at(-1) ?? complaints.trim().slice(-300)}`);
  }
  const packed = join(work, PACKED);
  const { size: bytes } = await stat(packed);
  const sum = await sha256(packed);
  const root: RootHere = { name: `${nameOf(release)}/${PACKED}`, release, bytes, sha256: sum, asOf };
  await addGeneration(placeOf(stateDirectory, release), sum, async (beside) => {
    await mkdir(join(beside, "tree"));
    await rename(packed, join(beside, "tree", PACKED));
    await writeFile(join(beside, "tree", MANIFEST), `${JSON.stringify(root)}\n`);
  });
  progress(`${size(bytes)}, sha256 ${sum}`);
  return root;
}

/** The suite, its updates, and its security updates where the mirror carries them beside it. */
export async function signedSources(
  url: string,
  suite: string,
  keyrings: readonly string[],
  signal: AbortSignal,
) {
  const beside = [
    { url, suite },
    { url, suite: `${suite}-updates` },
    { url: `${url.replace(/\/+$/, "")}-security`, suite: `${suite}-security` },
  ];
  let date = 0;
  const sources: string[] = [];
  for (const one of beside) {
    const signed = await fetchRelease(openMirror(one.url, signal), one.suite, keyrings, signal).catch(
      (error: unknown) => ({ is: "refused", why: reason(error) }) as const,
    );
    if (signed.is === "good") {
      date = Math.max(date, signed.release.date);
      const line = `deb ${one.url} ${one.suite} main`;
      if (!sources.some((had) => had.endsWith(` ${one.suite} main`))) sources.push(line);
    } else if (one.suite === suite) {
      throw new Error(
        signed.is === "absent" ? `${url} has no ${suite}` : `${url} is not what Debian signed: ${signed.why}`,
      );
    }
  }
  return { date, sources };
}
