import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { type Owner, runAs } from "./server-owner.ts";
import type { Places } from "./server-places.ts";

/** Every living process of a server whose current directory is our data: PostgreSQL never leaves it. */
export async function serverProcesses({ data, owner }: Places): Promise<number[]> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const owned = await Promise.all(names.map((name) => isOf(owner, Number(name))));
  const mine = names.map(Number).filter((_, i) => owned[i]);
  const links = await linksOf(owner, mine);
  return mine.filter(
    (pid) => isServer(links.get(`/proc/${pid}/exe`)) && links.get(`/proc/${pid}/cwd`) === data,
  );
}

export async function isServerProcess(places: Places, pid: number): Promise<boolean> {
  if (!(await isOf(places.owner, pid))) return false;
  const links = await linksOf(places.owner, [pid]);
  return isServer(links.get(`/proc/${pid}/exe`)) && links.get(`/proc/${pid}/cwd`) === places.data;
}

/** proc_pid_stat(5): the state is the first word after the program's name, which may itself hold brackets. */
export async function processState(pid: number): Promise<"gone" | "zombie" | "living"> {
  const text = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => undefined);
  if (text === undefined) return "gone";
  const state = text.slice(text.lastIndexOf(")") + 2, text.lastIndexOf(")") + 3);
  return "ZX".includes(state) ? "zombie" : "living";
}

/** True when none of them lives any more; false when the time is up. */
export async function haveEnded(pids: readonly number[], withinMs: number): Promise<boolean> {
  for (const until = Date.now() + withinMs; ; await pause(20)) {
    const states = await Promise.all(pids.map(processState));
    if (!states.includes("living")) return true;
    if (Date.now() > until) return false;
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ESRCH") throw thrown; // it ended by itself meanwhile
  }
}

const isServer = (exe: string | undefined): boolean =>
  exe !== undefined && /\/postgres( \(deleted\))?$/.test(exe); // "deleted": the package was upgraded under it

async function isOf(owner: Owner, pid: number): Promise<boolean> {
  return (await stat(`/proc/${pid}`).catch(() => undefined))?.uid === owner.uid;
}

/** Root in a container often lacks CAP_SYS_PTRACE and may not read another's links: their owner may. */
async function linksOf(owner: Owner, pids: readonly number[]): Promise<Map<string, string>> {
  const paths = pids.flatMap((pid) => [`/proc/${pid}/exe`, `/proc/${pid}/cwd`]);
  if (paths.length === 0) return new Map();
  if (!owner.drops) {
    const targets = await Promise.all(paths.map((path) => readlink(path).catch(() => "")));
    return new Map(paths.map((path, i) => [path, targets[i]!]));
  }
  // find ends with 1 when a process went away meanwhile, but has printed the others
  const found = await runAs(owner, ["find", ...paths, "-maxdepth", "0", "-printf", "%p %l\\n"]).catch(
    (thrown: { stdout?: string }) => thrown.stdout ?? "",
  );
  const lines = found.split("\n").filter((line) => line.includes(" "));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]));
}
