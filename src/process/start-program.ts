import { EventEmitter } from "node:events";
import { type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";
import type { Program, Start, StartOptions } from "./program.ts";
import { closeFd, type Ended, endedChild, openPairs, reap, spawn, systemError } from "./spawn-calls.ts";

/**
 * Starts a program without copying the page tables of ours: Node's own `spawn` forks, and a service that holds a
 * thousand screens stands still for tens of milliseconds each time.
 */
export const startProgram: Start = (argv, options) => new Running(argv, options);

const running = new Map<number, Running>();
const LOOK_EVERY_MS = 1000;
/** What programs say that are heard: a stream's own way makes and drops as much for each chunk. */
const heardPlace = Buffer.allocUnsafeSlow(64 * 1024);
let isListening = false;
let looking: NodeJS.Timeout | undefined; // a signal alone does not keep Node running until it comes

/** Before the first program starts: a short one has ended before we know its number. */
function listen(): void {
  if (!isListening) process.on("SIGCHLD", reapAll);
  isListening = true;
}

function begins(pid: number, program: Running): void {
  looking ??= setInterval(reapAll, LOOK_EVERY_MS);
  running.set(pid, program);
}

function ends(pid: number): void {
  running.delete(pid);
  if (running.size > 0) return;
  clearInterval(looking);
  looking = undefined;
}

/** Those of Node's `spawn` are Node's to reap: while one stands before ours, each of ours is looked at. */
function reapAll(): void {
  for (let pid = endedChild(); pid !== 0; pid = endedChild()) {
    const program = running.get(pid);
    for (const one of program === undefined ? [...running.values()] : [program]) one.look();
    if (program === undefined) return;
  }
}

/** Node's own types leave `onread` to sockets that connect; it documents it for all. */
type Way = Pick<SocketConstructorOpts, "readable" | "writable"> & { readonly onread?: OnReadOpts };

const into = (heard: (bytes: Uint8Array) => void): OnReadOpts => ({
  buffer: heardPlace,
  callback: (length) => {
    heard(heardPlace.subarray(0, length));
    return true;
  },
});

class Running extends EventEmitter implements Program {
  readonly pid: number | undefined;
  readonly stdin: Socket | null;
  readonly stdout: Socket | null;
  readonly stderr: Socket | null;
  exitCode: number | null = null;
  signalCode: NodeJS.Signals | null = null;
  #open = 1; // streams of ours, and the process itself

  constructor(argv: readonly [string, ...string[]], options: StartOptions) {
    super();
    const { env, cwd, stdio, detached = false, heard } = options;
    const pairs = openPairs(stdio.map((kind) => kind === "pipe"));
    const words = Object.entries(env).flatMap(([name, value]) =>
      value === undefined ? [] : `${name}=${value}`,
    );
    const fds = pairs.map((pair) => pair?.theirs);
    listen();
    const started = spawn({ argv, env: words, cwd, fds, isDetached: detached });
    for (const pair of pairs) if (pair !== undefined) closeFd(pair.theirs);
    const [input, output, errors] = pairs.map((pair) => pair?.ours);
    this.stdin = this.#stream(input, { writable: true });
    this.stdout = this.#stream(output, { readable: true, ...(heard && { onread: into(heard) }) });
    this.stderr = this.#stream(errors, { readable: true });
    if ("errno" in started) {
      this.#over();
      process.nextTick(() => this.emit("error", systemError(started.errno, `spawn ${argv[0]}`)));
      return;
    }
    this.pid = started.pid;
    begins(started.pid, this);
    process.nextTick(() => this.emit("spawn"));
  }

  kill(signal: NodeJS.Signals = "SIGTERM"): boolean {
    if (this.pid === undefined || !running.has(this.pid)) return false; // its number may be another's by now
    return process.kill(this.pid, signal);
  }

  /** Whether it has ended. */
  look(): void {
    const ended = reap(this.pid!);
    if (ended !== undefined) this.#ended(ended);
  }

  #ended({ status, by }: Ended): void {
    this.exitCode = status;
    this.signalCode = by;
    ends(this.pid!);
    this.stdin?.destroy();
    this.#over();
  }

  #stream(fd: number | undefined, way: Way): Socket | null {
    if (fd === undefined) return null;
    const stream = new Socket({ fd, readable: false, writable: false, ...way });
    this.#open += 1;
    stream.once("close", () => this.#over());
    return stream;
  }

  #over(): void {
    this.#open -= 1;
    if (this.#open === 0) this.emit("close", this.exitCode, this.signalCode);
  }
}
