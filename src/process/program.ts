import type { Readable, Writable } from "node:stream";

/** A program that runs: what of Node's ChildProcess we use, so that either will do. */
export type Program = {
  readonly pid?: number | undefined;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
  kill(signal?: NodeJS.Signals): boolean;
  once(event: "spawn", hear: () => void): unknown;
  once(event: "error", hear: (failure: NodeJS.ErrnoException) => void): unknown;
  /** It has ended, and so have its streams. */
  once(event: "close", hear: (status: number | null, by: NodeJS.Signals | null) => void): unknown;
};

/** When it has ended, and its streams with it. */
export const gone = (program: Program): Promise<void> =>
  new Promise((settle) => program.once("close", () => settle()));

export type Stdio = "pipe" | "ignore";
export type StartOptions = {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string | undefined;
  readonly stdio: [Stdio, Stdio, Stdio];
  readonly detached?: boolean; // in a session and a process group of its own
  /** Hears stdout as it comes, instead of the stream: the bytes are lent, in a place that is used again. */
  readonly heard?: (bytes: Uint8Array) => void;
};
export type Start = (argv: readonly [string, ...string[]], options: StartOptions) => Program;
