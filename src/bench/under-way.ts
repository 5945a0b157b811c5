import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Point } from "../plot/core/picture.ts";
import type { FioStatus } from "./core/fio-status.ts";
import type { Run } from "./core/run.ts";

/** A run while it is measured: what is known of it so far. */
export type UnderWay = Pick<Run, "id" | "name" | "job" | "host" | "condition" | "startedAt"> & {
  readonly iops: readonly Point[]; // seconds since fio began to measure, requests a second
  readonly status: FioStatus | undefined; // none while it lays out its files
};
export type Watched = { seen(status: FioStatus): void; ends(): void };
type Head = Omit<UnderWay, "iops" | "status">;
type Line = FioStatus & { readonly second: number };

const fileOf = (directory: string, id: string) => join(directory, `.${id}.under-way`);

/** Whoever looks into the same directory sees it grow, a line for each thing that fio says. */
export function beginRun(directory: string, head: Head, clock: () => number): Watched {
  const path = fileOf(directory, head.id);
  mkdirSync(directory, { recursive: true });
  for (const id of idsIn(directory))
    if (found(directory, id)?.isKilled) rmSync(fileOf(directory, id), { force: true });
  appendFileSync(path, `${JSON.stringify({ ...head, pid: process.pid })}\n`);
  let began: number | undefined;
  return {
    seen(status) {
      began ??= clock();
      const line: Line = { ...status, second: Math.round((clock() - began) / 100) / 10 };
      appendFileSync(path, `${JSON.stringify(line)}\n`);
    },
    ends: () => rmSync(path, { force: true }),
  };
}

export function runUnderWay(directory: string, id: string): UnderWay | undefined {
  const one = found(directory, id);
  return one?.isKilled ? undefined : one?.run;
}

function found(directory: string, id: string): { run: UnderWay; isKilled: boolean } | undefined {
  try {
    const lines = readFileSync(fileOf(directory, id), "utf8").split("\n").slice(0, -1); // the last is half written
    const { pid, ...head } = JSON.parse(lines[0] ?? "") as Head & { pid: number };
    const said = lines.slice(1).map((line) => JSON.parse(line) as Line);
    const iops = said.map((one): Point => [one.second, one.iops]);
    return { run: { ...head, iops, status: said.at(-1) }, isKilled: !existsSync(`/proc/${Number(pid)}`) };
  } catch {
    return undefined; // it has just ended, or is not ours
  }
}

/** The newest first. */
export function runsUnderWay(directory: string): UnderWay[] {
  const runs = idsIn(directory).flatMap((id) => runUnderWay(directory, id) ?? []);
  return runs.sort((a, b) => b.startedAt - a.startedAt);
}

function idsIn(directory: string): string[] {
  const names = existsSync(directory) ? readdirSync(directory) : [];
  return names.flatMap((name) => /^\.([\w-]+)\.under-way$/.exec(name)?.[1] ?? []);
}
