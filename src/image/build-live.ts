import { createReadStream, existsSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { mkdir, mkdtemp, open, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { holdLock } from "../process/hold-lock.ts";
import { runProgram } from "../process/run-program.ts";
import { chooseMirror } from "./choose-mirror.ts";
import { CPIO_DIRECTORY, CPIO_END, CPIO_FILE, cpioHeader, padding } from "./core/cpio-write.ts";
import { FINISH, FIRST_INIT, mmdebstrapArgv } from "./core/live-recipe.ts";
import { addKernelImage, type KernelHere } from "./kernel-images.ts";
import { openMirror } from "./mirror.ts";
import { type DebianName, RELEASES } from "./places.ts";
import { fetchRelease } from "./signed-release.ts";

export type LiveWish = {
  readonly release: DebianName;
  readonly mirror?: string;
  readonly keyring?: string;
  readonly files: readonly { readonly path: string; readonly mode: number; readonly text: string }[];
  readonly stateDirectory: string;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
};

export const LIVE = "live";
const WITHIN_MS = 30 * 60_000;
const LOCK_MS = 30 * 60_000;
const TOOLS = [
  { file: "/usr/bin/mmdebstrap", package: "mmdebstrap" },
  { file: "/usr/bin/sqfstar", package: "squashfs-tools" },
];

/**
 * Builds the live hand from a mirror: one initrd that holds a whole Debian, beside Debian's signed kernel. The
 * mirror's Release file gives the time of all that is in it, so the same mirror gives the same image.
 */
export async function buildLive(wish: LiveWish): Promise<KernelHere> {
  const { stateDirectory, signal } = wish;
  const missing = TOOLS.filter(({ file }) => !existsSync(file)).map((tool) => tool.package);
  if (missing.length > 0) {
    const names = missing.join(" ");
    throw new Fault("setup.package-missing", {
      what: "Building the live image",
      missing: names,
      packages: names,
    });
  }
  await mkdir(join(stateDirectory, "images"), { recursive: true });
  const lock = await holdLock(join(stateDirectory, "images", ".live.lock"), LOCK_MS, signal);
  const work = await mkdtemp(join(stateDirectory, "images", ".building-"));
  try {
    return await build(wish, work);
  } catch (error) {
    if (signal.aborted || error instanceof Fault) throw error;
    throw new Fault("image.not-built", { name: LIVE, why: reason(error).replace(/\.$/, "") }, error);
  } finally {
    await rm(work, { recursive: true, force: true });
    await lock.release();
  }
}

async function build(wish: LiveWish, work: string): Promise<KernelHere> {
  const { release, files, progress, signal, stateDirectory } = wish;
  const { suite } = RELEASES[release];
  const { url, keyrings } = await chooseMirror(wish);
  const date = await dateOf(url, suite, keyrings, signal);
  await lay(work, [
    ...files,
    { path: "etc/rackhand-image", mode: 0o644, text: `${release} of ${isoDay(date)}\n` },
  ]);
  await writeFile(join(work, "finish"), FINISH, { mode: 0o755 });
  progress(`Debian ${RELEASES[release].release} from ${url}, as of ${isoDay(date)}`);
  const how = { signal, env: { SOURCE_DATE_EPOCH: String(date / 1000), INITRD: "No" }, withinMs: WITHIN_MS };
  const told = (line: string) => line.startsWith("I: ") && progress(line.slice(3));
  await fine({ ...how, argv: mmdebstrapArgv({ suite, mirror: url, keyrings, work }), line: told });
  progress("packing");
  await fine({
    ...how,
    argv: ["sh", "-c", SQUASH, "sh", join(work, "root.tar"), join(work, "live.squashfs")],
  });
  await rm(join(work, "root.tar"));
  await writeInitrd(work);
  progress("checking and keeping it");
  return addKernelImage(
    {
      ...{ name: LIVE, kernel: join(work, "stage", "linux"), initrd: join(work, "initrd") },
      ...{ append: "", files: [], hand: true },
    },
    stateDirectory,
  );
}

/** sqfstar reads the tree from its input; the paths are arguments. */
const SQUASH = 'exec sqfstar -comp zstd -b 256K -no-progress "$2" <"$1"';

const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

async function dateOf(url: string, suite: string, keyrings: readonly string[], signal: AbortSignal) {
  const signed = await fetchRelease(openMirror(url, signal), suite, keyrings, signal);
  if (signed.is === "good") return signed.release.date;
  throw new Error(
    signed.is === "absent" ? `${url} has no ${suite}` : `${url} is not what Debian signed: ${signed.why}`,
  );
}

async function lay(work: string, files: LiveWish["files"]): Promise<void> {
  for (const { path, mode, text } of files) {
    const place = join(work, "files", path);
    await mkdir(dirname(place), { recursive: true, mode: 0o755 });
    await writeFile(place, text, { mode });
  }
}

async function fine(run: Parameters<typeof runProgram>[0]): Promise<void> {
  const { status, complaints } = await runProgram(run);
  if (status === 0) return;
  const errors = complaints.split("\n").filter((line) => /^E: |error/i.test(line));
  throw new Error(`${run.argv[0]} ended with ${status}: ${errors.at(-1) ?? complaints.trim().slice(-300)}`);
}

/** The first system and the squashed tree in one archive. */
async function writeInitrd(work: string): Promise<void> {
  const stage = join(work, "stage");
  const modules = (await readdir(join(stage, "modules"))).sort();
  const parts: { name: string; mode: number; from?: string; text?: string }[] = [
    ...["bin", "modules"].map((name) => ({ name, mode: CPIO_DIRECTORY | 0o755 })),
    { name: "init", mode: CPIO_FILE | 0o755, text: FIRST_INIT },
    { name: "bin/busybox", mode: CPIO_FILE | 0o755, from: join(stage, "busybox") },
    ...modules.map((name) => ({
      ...{ name: `modules/${name}`, mode: CPIO_FILE | 0o644, from: join(stage, "modules", name) },
    })),
    { name: "live.squashfs", mode: CPIO_FILE | 0o644, from: join(work, "live.squashfs") },
  ];
  const out = await open(join(work, "initrd"), "w");
  try {
    for (const [i, part] of parts.entries()) await writePart(out, part, i + 1);
    await out.write(CPIO_END);
  } finally {
    await out.close();
  }
}

async function writePart(
  out: FileHandle,
  { name, mode, from, text = "" }: { name: string; mode: number; from?: string; text?: string },
  number: number,
): Promise<void> {
  const bytes = from === undefined ? Buffer.byteLength(text) : (await stat(from)).size;
  await out.write(cpioHeader({ name, mode, bytes }, number));
  if (from === undefined) await out.write(Buffer.from(text));
  else
    for await (const piece of createReadStream(from, { highWaterMark: 1 << 20 }))
      await out.write(piece as Buffer);
  await out.write(padding(bytes));
}
