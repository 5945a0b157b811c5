import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const WITHIN_MS = 60_000;

/** Whom the server runs as. PostgreSQL refuses to be root, so root drops to somebody harmless. */
export type Owner = { readonly uid: number; readonly gid: number; readonly drops: boolean };

/** Data that is there already decides: an account added later must not lock us out of it. */
export async function findOwner(data: string): Promise<Owner> {
  const [uid, gid] = [process.getuid!(), process.getgid!()];
  if (uid !== 0) return { uid, gid, drops: false };
  const there = await stat(data).catch(() => undefined);
  if (there) return { uid: there.uid, gid: there.gid, drops: true };
  return (await account("postgres")) ?? (await account("nobody"))!;
}

async function account(name: string): Promise<Owner | undefined> {
  const answer = await run("getent", ["passwd", name], { timeout: WITHIN_MS }).catch(() => undefined);
  const [, , uid, gid] = answer?.stdout.split(":") ?? [];
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid), drops: true };
}

/** The words that run a program as the owner; setpriv execs it, so it is our direct child and we reap it. */
export function argvAs({ uid, gid, drops }: Owner, argv: readonly string[]): [string, ...string[]] {
  const dropping = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--"];
  return [...(drops ? dropping : []), ...argv] as [string, ...string[]];
}

export async function runAs(owner: Owner, argv: readonly string[], cwd = "/"): Promise<string> {
  const [program, ...words] = argvAs(owner, argv);
  const done = await run(program, words, { cwd, env: SERVER_ENV, timeout: WITHIN_MS });
  return done.stdout;
}

/** Nothing of ours reaches the server: no PG* variable, no translated messages. */
export const SERVER_ENV = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8" };
