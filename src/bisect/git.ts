import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../base/fault.ts";
import { printable } from "../base/text.ts";
import { duration } from "../base/units.ts";
import { limitOf } from "../process/limit.ts";

/** git with settings of our own: no hook, no pager, no alias, no file of the user's or the system's has a say. */
export type Git = (args: readonly string[], more?: { cwd?: string; withinMs?: number }) => Promise<string>;

/** An unfriendly repository can name programs to run in its own settings; these are the ones that reading it would start. */
const NO_PROGRAMS = ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"];

const CONFIG = `[safe]
\tdirectory = *
[core]
\thooksPath = /dev/null
\tfsmonitor = false
[gc]
\tauto = 0
[maintenance]
\tauto = false
[advice]
\tdetachedHead = false
[uploadpack]
\tallowAnySHA1InWant = true
`;

export function gitIn(directory: string, signal: AbortSignal): Git {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const config = join(directory, "gitconfig");
  writeFileSync(config, CONFIG);
  const env = {
    ...withoutGit(process.env),
    ...{ GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: config, GIT_TERMINAL_PROMPT: "0", LC_ALL: "C.UTF-8" },
    ...{ GIT_OPTIONAL_LOCKS: "0", GIT_PAGER: "cat", GIT_NO_REPLACE_OBJECTS: "1" },
  };
  return (args, { cwd = directory, withinMs = 600_000 } = {}) =>
    call([...NO_PROGRAMS, ...args], { cwd, env, withinMs, signal });
}

/** A GIT_DIR that the operator's shell exports would lead us into his own repository. */
const withoutGit = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith("GIT_") || name.startsWith("GIT_SSH")),
  );

type Call = { cwd: string; env: NodeJS.ProcessEnv; withinMs: number; signal: AbortSignal };

async function call(args: readonly string[], { cwd, env, withinMs, signal }: Call): Promise<string> {
  signal.throwIfAborted();
  const { signal: limit, clear } = limitOf(withinMs, signal);
  const child = spawn("git", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (bytes: Buffer) => out.push(bytes));
  child.stderr.on("data", (bytes: Buffer) => err.push(bytes));
  const stop = () => endGroup(child.pid);
  limit.addEventListener("abort", stop);
  const words = args
    .filter((word, at) => word !== "-c" && args[at - 1] !== "-c")
    .slice(0, 3)
    .join(" ");
  try {
    const status = await new Promise<number | null>((settle, refuse) => {
      child.once("error", refuse);
      child.once("close", settle);
    });
    signal.throwIfAborted();
    if (status === 0) return Buffer.concat(out).toString("utf8");
    const why = limit.aborted
      ? `not done within ${duration(withinMs)}`
      : Buffer.concat(err).toString("utf8").trim();
    throw new Fault("bisect.git-failed", { what: words, why: printable(why.replaceAll("\n", "; "), 400) });
  } finally {
    clear();
  }
}

/** Its children too: a clone has several. */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // gone already
  }
}
