import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url)); // dist/main, or src/main under a loader
const ROOT = join(HERE, "../..");

/** Where this program, its page and its state are. */
export type Place = {
  readonly version: string;
  readonly entry: readonly [string, ...string[]]; // argv that runs this program again
  readonly page: string;
  readonly packages: string; // the table of Debian packages
  readonly state: string;
};

export function findPlace(env: NodeJS.ProcessEnv, uid: number): Place {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  return {
    version,
    entry: [process.execPath, join(ROOT, "dist/program/rackhand.js")],
    page: join(ROOT, "dist/web"),
    packages: join(ROOT, "setup/packages.json"),
    state: env.RACKHAND_STATE ?? (uid === 0 ? "/var/lib/rackhand" : join(stateHome(env), "rackhand")),
  };
}

/** XDG Base Directory Specification: where state of a user's programs is kept. */
const stateHome = (env: NodeJS.ProcessEnv): string => env.XDG_STATE_HOME ?? join(homedir(), ".local/state");

/**
 * 0711: the private database's own user passes through, but lists nothing. A verb that came first, such as
 * `check`, may have made it for itself alone.
 */
export function makeState(state: string): void {
  const created = mkdirSync(state, { recursive: true });
  const { mode, uid } = statSync(state);
  if (created !== undefined)
    chmodSync(state, 0o711); // whatever the umask
  else if (uid === process.getuid?.()) chmodSync(state, (mode & 0o7777) | 0o011);
}

export const agentSocket = (state: string): string => join(state, "agents.sock");
export const recordingsIn = (state: string): string => join(state, "recordings");
const noteOf = (state: string): string => join(state, "service.json");

/** The running service's address, for the command line of the same machine. */
export function noteService(state: string, url: string): () => void {
  writeFileSync(noteOf(state), `${JSON.stringify({ url, pid: process.pid })}\n`, { mode: 0o644 });
  return () => rmSync(noteOf(state), { force: true });
}

export function notedService(state: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(noteOf(state), "utf8")) as { url: string }).url;
  } catch {
    return undefined; // none has run here: the default address is tried
  }
}
