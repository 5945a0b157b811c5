import { hostname } from "node:os";
import { carryOut } from "./carry-out.ts";
import type { Command, Host, Ran } from "./host.ts";

/** This machine. */
export const here = (name: string = hostname()): Host => ({ name, run: runHere, close: async () => {} });

async function runHere(command: Command): Promise<Ran> {
  const { argv, cwd, env } = command;
  try {
    const { ended, early, ...said } = await carryOut({ argv, cwd, env: { ...process.env, ...env } }, command);
    if (ended.status !== null) return { end: { is: "exit", status: ended.status }, ...said };
    return { end: early === undefined ? { is: "signal", signal: ended.by! } : { is: early }, ...said };
  } catch (error) {
    const status = notStarted(error as NodeJS.ErrnoException);
    if (status === undefined) throw error;
    const stderr = Buffer.from(`${argv[0]}: ${(error as Error).message}\n`);
    return { end: { is: "exit", status }, stdout: new Uint8Array(), stderr, tookMs: 0 };
  }
}

/** As every shell has it: 127 when there is no such program (or directory), 126 when it cannot be run. */
function notStarted({ syscall, code }: NodeJS.ErrnoException): number | undefined {
  if (!syscall?.startsWith("spawn")) return undefined;
  return code === "ENOENT" || code === "ENOTDIR" ? 127 : code === "EACCES" ? 126 : undefined;
}
