import { randomBytes } from "node:crypto";
import { constants } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { Fault } from "../base/fault.ts";
import { isHostName } from "../base/host-name.ts";
import { latin1 } from "../base/text.ts";
import { takeTurns } from "../base/turns.ts";
import { carryOut } from "./carry-out.ts";
import { forLoginShell, SUPERVISED } from "./core/login-shell.ts";
import { marks } from "./core/marks.ts";
import type { Command, Host, Ran } from "./host.ts";
import { openLine, type SshLine, type SshOptions } from "./ssh-line.ts";

/** sshd's MaxSessions is 10; the line itself is one, and ending a command needs another. */
const MOST_AT_ONCE = 8;
/** How much longer than its time a command may go on there when the way is lost and nobody can end it. */
const ALONE_SECONDS = 5;
const STARTS_WITHIN_MS = 1000;
const ENDS_WITHIN_MS = 5000;

/**
 * A host as Debian's ssh reaches it, by `name` as one would type it after `ssh`: the operator's own ~/.ssh/config,
 * keys, agent and known hosts count. One connection for all commands, opened by the first. Whoever may list
 * processes there sees `argv` and `env`: secrets go by `input`.
 */
export function overSsh(name: string, options: SshOptions = {}): Host {
  if (!isHostName(name)) throw new Fault("host.name-odd", { host: JSON.stringify(name) });
  const closing = new AbortController();
  let line: Promise<SshLine> | undefined;
  const open = (): Promise<SshLine> => {
    if (line !== undefined) return line;
    const opening = openLine(name, options, {
      closing: closing.signal,
      ended: () => {
        if (line === opening) line = undefined; // the next command opens another
      },
    });
    line = opening;
    return opening;
  };
  const turn = takeTurns(MOST_AT_ONCE);
  return {
    name,
    run: (command) =>
      turn(async () => {
        command.signal?.throwIfAborted();
        const way = await unless(command.signal, open());
        return runThere(way, command).catch((error) => {
          if (error instanceof Fault) way.drop();
          throw error;
        });
      }),
    close: async () => {
      closing.abort(new Error(`${name} was closed`));
      await (await line?.catch(() => undefined))?.close();
    },
  };
}

/** What is waited for, or the signal's reason. */
function unless<T>(signal: AbortSignal | undefined, wait: Promise<T>): Promise<T> {
  if (signal === undefined) return wait;
  return new Promise((settle, refuse) => {
    const stop = () => refuse(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    wait.then(settle, refuse).finally(() => signal.removeEventListener("abort", stop));
  });
}

async function runThere(line: SshLine, command: Command): Promise<Ran> {
  const mark = randomBytes(12).toString("hex");
  const streams = { stdout: marks(mark), stderr: marks(mark) };
  const endThere = async () => {
    for (const until = Date.now() + STARTS_WITHIN_MS; Date.now() < until; await pause(20)) {
      if (streams.stderr.said.length > 0) break; // asked for, and not started there yet
    }
    const [group] = streams.stderr.said;
    if (group === undefined || !/^\d+$/.test(group)) return;
    const killed = { argv: line.argv(`kill -KILL -${group}`), withinMs: ENDS_WITHIN_MS };
    await carryOut(killed, killed);
  };
  const { env = {}, cwd = "." } = command;
  const alone = `${Math.ceil(command.withinMs / 1000) + ALONE_SECONDS}`;
  const named = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  const words = [SUPERVISED, "sh", mark, alone, cwd, ...named, ...command.argv];
  const { ended, early, ...said } = await carryOut(
    {
      argv: line.argv(`exec sh -c ${forLoginShell(words)}`),
      own: { stdout: streams.stdout.read, stderr: streams.stderr.read },
      endThere,
    },
    command,
  );
  const status = streams.stderr.said[1];
  if (status !== undefined) return { end: endOf(Number(status)), ...said };
  if (early !== undefined) return { end: { is: early }, ...said };
  const why = latin1(said.stderr).trim().split("\n").at(-1) || `ssh ended with ${ended.status ?? ended.by}`;
  throw new Fault("host.lost", { host: line.name, what: command.argv[0], why });
}

const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** A shell has one number for both. */
function endOf(status: number): Ran["end"] {
  const signal = status > 128 ? SIGNALS.get(status - 128) : undefined;
  return signal === undefined ? { is: "exit", status } : { is: "signal", signal };
}
