import { appendFile, mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { HostResult } from "./core/judge-host.ts";
import { type KeptRun, keptRun, lastRun, type RunBy, trimmed, withSince } from "./core/standing.ts";
import { writeWhole } from "./write-whole.ts";

const MOST_KEPT = 1 << 20; // characters a host, some hundred runs
const ENDING = ".jsonl";
const fileOf = (directory: string, host: string) => join(directory, `${encodeURIComponent(host)}${ENDING}`);

/** Hears what was known before a run and after it. */
export type Compared = (before: KeptRun | undefined, after: KeptRun) => Promise<void>;

/** The host's run becomes a line of its file. Hold the host's lock meanwhile. */
export async function keepRun(
  directory: string,
  result: HostResult,
  by: RunBy,
  told: Compared = async () => {},
): Promise<HostResult> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = fileOf(directory, result.host);
  const text = await textAt(path);
  const before = lastRun(text);
  const run = keptRun(before, result, by);
  await told(before, run); // first: what is cut off in between is told twice, not never
  const line = `${JSON.stringify(run)}\n`;
  const whole = text === "" || text.endsWith("\n") ? line : `\n${line}`; // a cut line stays one
  const short = trimmed(text + whole, MOST_KEPT);
  if (short === text + whole) await appendFile(path, whole, { mode: 0o600 });
  else await writeWhole(path, short);
  return withSince(result, run);
}

export type LastRuns = () => Promise<Map<string, KeptRun>>;
type Read = { readonly as: string; readonly run: KeptRun | undefined };

/** What the last run of each host knew; a file that is as it was is not read again. */
export function lastRunsIn(directory: string): LastRuns {
  let known = new Map<string, Read>();
  return async () => {
    const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith(ENDING));
    const next = new Map<string, Read>();
    for (const name of names) {
      const path = join(directory, name);
      const found = await stat(path, { bigint: true }).catch(() => undefined);
      if (found === undefined) continue; // forgotten meanwhile
      const as = `${found.ino} ${found.size} ${found.mtimeNs}`;
      const before = known.get(name);
      next.set(name, before?.as === as ? before : { as, run: await lastRunAt(path, Number(found.size)) });
    }
    known = next;
    const runs = [...next].map(([name, { run }]) => [hostOf(name), run] as const);
    runs.sort(([a], [b]) => (a < b ? -1 : 1));
    return new Map(runs.flatMap(([host, run]) => (run === undefined ? [] : [[host, run] as const])));
  };
}

const hostOf = (name: string): string => decodeURIComponent(name.slice(0, -ENDING.length));
const END_BYTES = 64 * 1024; // some runs' lines

/** Its end has it, unless what was known grew beyond all measure. */
async function lastRunAt(path: string, size: number): Promise<KeptRun | undefined> {
  if (size <= END_BYTES) return lastRun(await textAt(path));
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(END_BYTES), 0, END_BYTES, size - END_BYTES);
    const end = buffer.toString("utf8", 0, bytesRead);
    return lastRun(end.slice(end.indexOf("\n") + 1)) ?? lastRun(await textAt(path));
  } finally {
    await file.close();
  }
}

/** Whether there was anything to forget. */
export async function forgetHost(directory: string, host: string): Promise<boolean> {
  const was = (await textAt(fileOf(directory, host))) !== "";
  await rm(fileOf(directory, host), { force: true });
  return was;
}

const textAt = (path: string): Promise<string> =>
  readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
