import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { CONDITIONS, type Run } from "./core/run.ts";
import { beginRun, runsUnderWay, runUnderWay, type UnderWay, type Watched } from "./under-way.ts";

/** The runs that were kept: a directory each, `run.json` with what came of it, and raw what fio left. */
export type Benches = {
  all(): Run[]; // the oldest first
  ids(): string[];
  one(id: string): Run | undefined;
  keep(run: Run, raw: ReadonlyMap<string, Uint8Array>): void;
  remove(id: string): boolean;
  /** Of what is measured now, by whichever process. */
  begin(head: Parameters<typeof beginRun>[1], clock: () => number): Watched;
  underWay(): UnderWay[];
  oneUnderWay(id: string): UnderWay | undefined;
};

export function benchesIn(directory: string): Benches {
  const ids = (): string[] =>
    existsSync(directory) ? readdirSync(directory).filter((name) => isId(name)) : [];
  const one = (id: string) => (isId(id) ? readRun(join(directory, id, "run.json")) : undefined);
  return {
    ids,
    one,
    all() {
      const runs = ids().flatMap((id) => one(id) ?? []);
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
      if (!isId(id) || !existsSync(join(directory, id))) return false;
      rmSync(join(directory, id), { recursive: true, maxRetries: 5 });
      return true;
    },
    begin: (head, clock) => beginRun(directory, head, clock),
    underWay: () => runsUnderWay(directory),
    oneUnderWay: (id) => (isId(id) ? runUnderWay(directory, id) : undefined),
  };
}

/** What is being written has a name that begins with a dot. */
const isId = (name: string): boolean => /^[\w-]+$/.test(name);

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
