import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

const AGAIN_AFTER_MS = 1000;
const ENDS_WITHIN_MS = 5000;

/**
 * The program that runs beside the machines, such as the segment's agent: started again when it ends by
 * itself.
 */
export class Beside {
  readonly #argv: readonly string[];
  readonly #cwd: string;
  readonly #log: (line: string) => void;
  #child: ChildProcess | undefined;
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(argv: readonly string[], cwd: string, log: (line: string) => void) {
    this.#argv = argv;
    this.#cwd = cwd;
    this.#log = log;
    this.#start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    const child = this.#child;
    if (child === undefined) return;
    const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
    child.kill("SIGTERM");
    const limit = setTimeout(() => child.kill("SIGKILL"), ENDS_WITHIN_MS);
    await gone;
    clearTimeout(limit);
  }

  #start(): void {
    const [program = "", ...rest] = this.#argv;
    const output = openSync("agent.log", "a", 0o600);
    const child = spawn(program, rest, { cwd: this.#cwd, stdio: ["ignore", output, output] });
    closeSync(output);
    this.#child = child;
    child.once("error", (failure) => this.#log(`${program}: ${failure.message}`));
    child.once("close", (status, signal) => {
      this.#child = undefined;
      if (this.#closed) return;
      this.#log(`${program} ended with ${status ?? signal}; it is started again`);
      this.#again = setTimeout(() => this.#start(), AGAIN_AFTER_MS);
    });
  }
}
