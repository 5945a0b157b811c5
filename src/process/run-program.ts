import { duration } from "../base/units.ts";
import { limitOf } from "./limit.ts";
import { startProgram } from "./start-program.ts";

export type Run = {
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>; // besides ours
  readonly withinMs: number;
  readonly graceMs?: number; // between being told to end and being killed; not given: 20 s
  readonly signal?: AbortSignal;
  readonly line?: (text: string) => void; // each line of output and of complaints, as it comes
};
export type Ran = { readonly status: number; readonly output: string; readonly complaints: string };

/** The last of each stream is kept, up to this; the lines have all been told. */
const MOST_KEPT = 64 * 1024;

/** mmdebstrap takes off what it mounted and removes a whole Debian. */
const GRACE_MS = 20_000;

/**
 * Runs a program to its end. When its time is over, or it is called off, it is told to end with all its
 * children, and killed when it does not.
 */
export async function runProgram(run: Run): Promise<Ran> {
  const { argv, cwd, env: more, withinMs, graceMs = GRACE_MS, signal, line } = run;
  signal?.throwIfAborted();
  const { signal: limit, clear } = limitOf(withinMs, signal);
  const env = { ...process.env, LC_ALL: "C.UTF-8", DEBIAN_FRONTEND: "noninteractive", ...more };
  const child = startProgram(argv, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number>((settle, refuse) => {
    child.once("error", refuse);
    child.once("close", (code, by) => settle(code ?? (by === null ? 1 : 128)));
  });
  let killing: NodeJS.Timeout | undefined;
  const stop = () => {
    endGroup(child.pid, "SIGTERM");
    killing = setTimeout(() => endGroup(child.pid, "SIGKILL"), graceMs);
  };
  limit.addEventListener("abort", stop);
  try {
    const texts = [collect(child.stdout!, line), collect(child.stderr!, line)] as const;
    const status = await ended;
    if (signal?.aborted) throw signal.reason;
    if (limit.aborted) throw new Error(`${argv[0]} did not finish within ${duration(withinMs)}`);
    return { status, output: texts[0](), complaints: texts[1]() };
  } finally {
    clearTimeout(killing);
    clear();
  }
}

/** Its own process group, because apt's fetchers are children of their own. */
function endGroup(pid: number | undefined, by: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, by);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // gone already
  }
}

function collect(stream: NodeJS.ReadableStream, line?: (text: string) => void): () => string {
  let kept = "";
  let open = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    kept = (kept + text).slice(-MOST_KEPT);
    const lines = (open + text).split(/[\r\n]+/);
    open = lines.pop()!.slice(-MOST_KEPT);
    for (const whole of lines) if (whole !== "") line?.(whole);
  });
  return () => kept;
}
