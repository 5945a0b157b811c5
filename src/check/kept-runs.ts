import { appendFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { HostResult } from "./core/judge-host.ts";
import { type KeptRun, keptRun, lastRun, type RunBy, trimmed, withSince } from "./core/standing.ts";
import { writeWhole } from "./write-whole.ts";

const MOST_KEPT = 1 << 20; // characters a host, some hundred runs
const ENDING = ".jsonl";
const fileOf = (directory: string, host: string) => join(directory, `${encodeURIComponent(host)}${ENDING}`);

/** The host's run becomes a line of its file. Hold the host's lock meanwhile. */
export async function keepRun(directory: string, result: HostResult, by: RunBy): Promise<HostResult> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = fileOf(directory, result.host);
  const text = await textAt(path);
  const run = keptRun(lastRun(text), result, by);
  const line = `${JSON.stringify(run)}\n`;
  const whole = text === "" || text.endsWith("\n") ? line : `\n${line}`; // a cut line stays one
  const short = trimmed(text + whole, MOST_KEPT);
  if (short === text + whole) await appendFile(path, whole, { mode: 0o600 });
  else await writeWhole(path, short);
  return withSince(result, run);
}

/** What the last run of each host knew. */
export async function lastRuns(directory: string): Promise<Map<string, KeptRun>> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith(ENDING)).sort();
  const runs = new Map<string, KeptRun>();
  for (const name of names) {
    const run = lastRun(await textAt(join(directory, name)));
    if (run !== undefined) runs.set(decodeURIComponent(name.slice(0, -ENDING.length)), run);
  }
  return runs;
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
