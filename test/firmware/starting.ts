import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const MAIN = join(import.meta.dirname, "../../dist/program/rackhand.js");
const uid = process.getuid?.() ?? 0;
export const CACHE =
  process.env.RACKHAND_TEST_STATE ??
  (uid === 0 ? "/var/cache/rackhand-test" : join(tmpdir(), `rackhand-test-${uid}`));
export const BOOT_WITHIN_MS = 8 * 60_000;

export type Seen = { kind: string; says: string; detail: Record<string, unknown> };

/** A state directory of its own; fetched images are shared between runs, so that Debian 13 is fetched once. */
export function freshState(shares: readonly string[] = ["images", "apt"]): { state: string; forget(): void } {
  const state = mkdtempSync(join(tmpdir(), "rackhand-boot-"));
  chmodSync(state, 0o711); // the private database's own user passes through
  for (const shared of shares) {
    mkdirSync(join(CACHE, shared), { recursive: true });
    symlinkSync(join(CACHE, shared), join(state, shared));
  }
  return { state, forget: () => rmSync(state, { recursive: true, force: true }) };
}

/** `rackhand start --json`: its events as they come, and how it ended. */
export class Start {
  readonly events: Seen[] = [];
  readonly ended: Promise<number | null>;
  err = "";
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();

  constructor(state: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, [MAIN, "start", "--json", ...args], {
      env: { ...process.env, RACKHAND_STATE: state },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stderr!.on("data", (piece) => {
      this.err += piece;
      this.#look();
    });
    createInterface({ input: this.#child.stdout! }).on("line", (line) => {
      this.events.push(JSON.parse(line));
      this.#look();
    });
    this.ended = new Promise((resolve) => this.#child.on("close", (code) => resolve(code)));
    void this.ended.then(() => this.#look());
  }

  get sightings(): unknown[] {
    return this.events.filter(({ kind }) => kind === "console.sighting").map(({ detail }) => detail.sighting);
  }

  /** Resolves when `find` finds something; rejects when the program ended without. */
  until<T>(find: (start: this) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = find(this);
        if (found !== undefined) resolve(found);
        else if (this.#child.exitCode !== null) reject(new Error(`it ended: ${this.err}`));
        else return;
        this.#waiting.delete(check);
      };
      this.#waiting.add(check);
      check();
    });
  }

  interrupt(): void {
    this.#child.kill("SIGINT");
  }

  #look(): void {
    for (const check of [...this.#waiting]) check();
  }
}

export const saw = (subject: string) => (start: Start) =>
  start.events.find(({ detail }) => detail.subject === subject);

/** Every process whose command line or environment names the state directory. */
export function leftOvers(state: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const files = ["cmdline", "environ"].map((file) => readFileSync(`/proc/${pid}/${file}`, "latin1"));
        return files.join(" ").includes(state) ? [files[0]!.replaceAll("\0", " ").slice(0, 200)] : [];
      } catch {
        return []; // it ended meanwhile
      }
    });
}
