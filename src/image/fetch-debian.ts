import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { holdLock } from "../process/hold-lock.ts";
import { type Ran, runProgram } from "../process/run-program.ts";
import type { AptSource } from "./core/apt-sources.ts";
import type { InstallerTree } from "./core/installer-tree.ts";
import { addGeneration, type Generation, newestGeneration } from "./generations.ts";
import { sha256 } from "./hash-tree.ts";
import { type DebianName, packageOf, pulledIn, pullLock, RELEASES, SYSTEM_IMAGES, treeIn } from "./places.ts";
import { type PrivateApt, prepareApt } from "./private-apt.ts";
import { DEBIAN_KEYRING } from "./signed-release.ts";
import { systemMirror } from "./system-mirror.ts";
import { openTree } from "./tree.ts";
import { unpackPackage } from "./unpack-package.ts";

export type FetchWish = {
  readonly name: DebianName;
  readonly stateDirectory: string;
  readonly arch?: string; // default: amd64
  readonly mirror?: string; // default: the one of this machine's apt
  readonly keyring?: string; // default: the one that apt's source names
  readonly progress?: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly aptDirectory?: string; // where this machine's apt sources stand; only read. Default: /etc/apt
};

const ASK_MS = 3 * 60_000;
const DOWNLOAD_MS = 30 * 60_000;

/**
 * Fetches a Debian installer package with apt, which verifies it, and unpacks it as a new generation, all
 * from a private configuration. A fetch that was cut off goes on where it was, two at once wait for each
 * other, and what is there already and is the newest is not fetched again.
 */
export async function fetchDebian(wish: FetchWish): Promise<InstallerTree> {
  const arch = wish.arch ?? "amd64";
  const packages = packageOf(wish.name, arch);
  try {
    const home = join(wish.stateDirectory, "apt", `${wish.name}-${arch}`);
    await mkdir(home, { recursive: true });
    await mkdir(join(wish.stateDirectory, "images"), { recursive: true });
    const lock = await holdLock(pullLock(wish.stateDirectory, wish.name, arch), DOWNLOAD_MS, wish.signal);
    try {
      return await openTree((await bringUpToDate(wish, home, arch, packages)).tree);
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (wish.signal?.aborted || error instanceof Fault) throw error;
    throw new Fault("image.fetch-failed", { packages, why: reason(error) }, error);
  }
}

async function bringUpToDate(
  wish: FetchWish,
  home: string,
  arch: string,
  packages: string,
): Promise<Generation> {
  const apt = await prepareApt(home, RELEASES[wish.name].suite, arch, await sourceFor(wish));
  await aptGet(apt, wish, ASK_MS, ["update"]);
  const { file, hash } = fileOf(
    await aptGet(apt, wish, ASK_MS, ["--print-uris", "download", packages]),
    packages,
  );
  const place = pulledIn(wish.stateDirectory, wish.name, arch);
  const newest = await newestGeneration(place);
  if (newest?.key === hash) return newest;
  const deb = join(apt.download, file);
  await download(apt, wish, { packages, deb, hash });
  const folder = treeIn(SYSTEM_IMAGES, wish.name, arch);
  const fresh = await addGeneration(place, hash, (beside) =>
    unpackPackage({ deb, folder, beside, ...(wish.signal && { signal: wish.signal }) }),
  );
  await rm(deb, { force: true });
  return fresh;
}

async function sourceFor({ mirror, keyring, aptDirectory }: FetchWish): Promise<AptSource> {
  const source = mirror === undefined ? await systemMirror(aptDirectory) : namedSource(mirror);
  return keyring === undefined ? source : { ...source, signedBy: resolve(keyring) };
}

const namedSource = (mirror: string): AptSource => ({
  types: ["deb"],
  uris: [mirror],
  suites: [],
  components: ["main"],
  signedBy: DEBIAN_KEYRING,
});

/** The file apt will fetch, and the hash that the signed index gives for it. */
function fileOf({ output }: Ran, packages: string): { file: string; hash: string } {
  const uri = /^'[^']*' ([^\s/]+\.deb) \d+ SHA256:([0-9a-f]{64})$/m.exec(output);
  if (uri === null) throw new Error(`apt names no file and no SHA256 for ${packages}`);
  return { file: uri[1]!, hash: uri[2]! };
}

/**
 * apt verifies what it fetches, but takes a file of the right size that lies there already as verified (tried
 * with apt 2.6), so the hash is compared once more, and a file that fails is fetched anew.
 */
async function download(
  apt: PrivateApt,
  wish: FetchWish,
  { packages, deb, hash }: { packages: string; deb: string; hash: string },
): Promise<void> {
  for (const isLast of [false, true]) {
    await aptGet(apt, wish, DOWNLOAD_MS, ["-o", "APT::Status-Fd=1", "download", packages]);
    if ((await sha256(deb)) === hash) return;
    await rm(deb, { force: true });
    if (isLast) throw new Error("the package does not match the SHA256 of the signed index");
  }
}

async function aptGet(
  apt: PrivateApt,
  wish: FetchWish,
  withinMs: number,
  args: readonly string[],
): Promise<Ran> {
  let told = "";
  const line = (text: string) => {
    const progress = progressOf(text);
    if (progress !== undefined && progress !== told) wish.progress?.(progress);
    told = progress ?? told;
  };
  const ran = await runProgram({
    argv: ["apt-get", ...apt.options, "-q", ...args],
    cwd: args.includes("--print-uris") ? apt.home : apt.download, // beside the file it would print nothing
    withinMs,
    line,
    ...(wish.signal && { signal: wish.signal }),
  });
  if (ran.status === 0) return ran;
  const errors = ran.complaints.split("\n").filter((line) => /^[EW]:/.test(line));
  throw new Error(errors.join(" ").slice(0, 500) || `apt-get ended with status ${ran.status}`);
}

/** APT::Status-Fd: `dlstatus:1:53.7282:Retrieving file 1 of 1`. What --print-uris says is for us alone. */
function progressOf(line: string): string | undefined {
  const percent = /^dlstatus:[^:]*:([\d.]+):/.exec(line)?.[1];
  if (percent !== undefined) return `fetched ${Math.floor(Number(percent))} %`;
  return line.startsWith("'") ? undefined : line;
}
