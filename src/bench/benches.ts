import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { CONDITIONS, type Run } from "./core/run.ts";

/** The runs that were kept: a directory each, `run.json` with what came of it, and raw what fio left. */
export type Benches = {
  all(): Run[]; // the oldest first
  keep(run: Run, raw: ReadonlyMap<string, Uint8Array>): void;
  remove(id: string): boolean;
};

export function benchesIn(directory: string): Benches {
  return {
    all() {
      if (!existsSync(directory)) return [];
      const runs = readdirSync(directory)
        .filter((name) => !name.startsWith("."))
        .flatMap((name) => readRun(join(directory, name, "run.json")) ?? []);
      return runs.sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
    },
    keep(run, raw) {
      const [part, whole] = [join(directory, `.${run.id}`), join(directory, run.id)];
      mkdirSync(join(part, "raw"), { recursive: true });
      try {
        for (const [name, bytes] of raw) writeFileSync(join(part, "raw", `${name}.gz`), gzipSync(bytes));
        writeFileSync(join(part, "run.json"), `${JSON.stringify(run)}\n`, { flush: true });
        renameSync(part, whole);
      } catch (error) {
        rmSync(part, { recursive: true, force: true });
        throw error;
      }
    },
    remove(id) {
      if (!/^[\w-]+$/.test(id) || !existsSync(join(directory, id))) return false;
      rmSync(join(directory, id), { recursive: true, maxRetries: 5 });
      return true;
    },
  };
}

/** A directory without one is not of ours, or half removed. */
function readRun(path: string): Run | undefined {
  try {
    const run = JSON.parse(readFileSync(path, "utf8")) as Run;
    return run.format === 1 ? run : undefined;
  } catch {
    return undefined;
  }
}

/** By an id, or all of a name, or `NAME@CONDITION`. */
export function runsCalled(runs: readonly Run[], called: string): Run[] {
  const one = runs.filter(({ id }) => id === called);
  if (one.length > 0) return one;
  const named = runs.filter(({ name }) => name === called);
  if (named.length > 0) return named;
  const at = called.lastIndexOf("@");
  const condition = called.slice(at + 1);
  if (at < 0 || !Object.hasOwn(CONDITIONS, condition)) return [];
  return runs.filter((run) => run.name === called.slice(0, at) && run.condition === condition);
}
