import { performance } from "node:perf_hooks";
import type { Program as Running } from "../process/program.ts";
import { startProgram } from "../process/start-program.ts";
import type { Command, Ran } from "./host.ts";

export const MOST_BYTES = 1 << 20;
/** How long streams may stay open that a process holds which was not ended with its group. */
const LETS_GO_WITHIN_MS = 1000;

export type Program = {
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** What of a stream is the command's own. */
  readonly own?: Readonly<Record<"stdout" | "stderr", (bytes: Uint8Array) => Uint8Array>>;
  /** Ends it early; besides that, its process group here is ended. */
  readonly endThere?: () => Promise<void>;
};
export type CarriedOut = Omit<Ran, "end"> & {
  readonly ended: { readonly status: number | null; readonly by: string | null };
  readonly early: "late" | "cut" | undefined;
};

/** One process of this machine, to its end; throws the signal's reason when it was called off. */
export async function carryOut(program: Program, command: Command): Promise<CarriedOut> {
  const { withinMs, signal, input, inputUntil, mostBytes = MOST_BYTES, heard } = command;
  signal?.throwIfAborted();
  const since = performance.now();
  const child = startProgram(program.argv, {
    cwd: program.cwd,
    env: program.env ?? process.env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let early: "late" | "cut" | undefined;
  let ending: Promise<void> | undefined;
  const end = (why?: "late" | "cut") => {
    early ??= why;
    ending ??= endAll(child, program.endThere);
  };
  const stdout = gather(child, "stdout", { program, mostBytes, heard, tooMuch: () => end("cut") });
  const stderr = gather(child, "stderr", { program, mostBytes, heard, tooMuch: () => end("cut") });
  child.stdin!.on("error", () => {}); // it ended without reading all: its end tells why
  child.stdin!.write(input ?? "");
  const noMore = () => void child.stdin!.end();
  if (inputUntil === undefined) noMore();
  else void inputUntil.then(noMore, noMore);
  const limit = setTimeout(() => end("late"), withinMs);
  const callOff = () => end();
  signal?.addEventListener("abort", callOff, { once: true });
  try {
    const ended = await new Promise<CarriedOut["ended"]>((settle, refuse) => {
      child.once("error", refuse);
      child.once("close", (status, by) => settle({ status, by }));
    });
    await ending;
    if (signal?.aborted) throw signal.reason;
    return { ended, early, stdout: stdout(), stderr: stderr(), tookMs: performance.now() - since };
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener("abort", callOff);
  }
}

type Gathering = {
  readonly program: Program;
  readonly mostBytes: number;
  readonly heard: Command["heard"];
  readonly tooMuch: () => void;
};

function gather(child: Running, from: "stdout" | "stderr", the: Gathering): () => Uint8Array {
  const pieces: Uint8Array[] = [];
  let room = the.mostBytes;
  child[from]!.on("data", (bytes: Buffer) => {
    const all = the.program.own?.[from](bytes) ?? bytes;
    const own = all.subarray(0, room);
    if (own.length > 0) {
      pieces.push(own);
      the.heard?.(own, from);
    }
    room -= own.length;
    if (all.length > own.length) the.tooMuch();
  });
  return () => Buffer.concat(pieces);
}

/** In a group of its own, so that what it started ends with it. */
async function endAll(child: Running, endThere: Program["endThere"]): Promise<void> {
  await endThere?.();
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // gone already
  }
  const letGo = setTimeout(() => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, LETS_GO_WITHIN_MS);
  child.once("close", () => clearTimeout(letGo));
}
