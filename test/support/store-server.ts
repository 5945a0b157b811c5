import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { maintain } from "../../src/store/knock.ts";
import { openPrivateServer, type PrivateServer } from "../../src/store/private-server.ts";
import { makePlaces, type Places } from "../../src/store/server-places.ts";
import { haveEnded } from "../../src/store/server-processes.ts";
import { findServerProgram } from "../../src/store/server-program.ts";
import { serverArgv } from "../../src/store/spawn-server.ts";

/** A directory of one test with everything that runs in it; `end` undoes it all in reverse. */
export class ServerBench {
  readonly top: string;
  directory: string;
  readonly #undo: (() => unknown)[] = [];

  private constructor(top: string) {
    this.top = top;
    this.directory = join(top, "postgresql");
  }

  static async make(): Promise<ServerBench> {
    const top = await mkdtemp(join(tmpdir(), "rackhand-store-"));
    await chmod(top, 0o755);
    return new ServerBench(top);
  }

  async end(): Promise<void> {
    const failed: unknown[] = [];
    for (const step of this.#undo.reverse())
      await Promise.resolve()
        .then(step)
        .catch((thrown) => failed.push(thrown));
    await rm(this.top, { recursive: true, force: true, maxRetries: 5 });
    if (failed.length > 0) throw failed[0];
  }

  later(step: () => unknown): void {
    this.#undo.push(step);
  }

  async open(): Promise<PrivateServer> {
    const server = await openPrivateServer({ directory: this.directory });
    this.later(() => server.stop());
    return server;
  }

  /** Data with a row in it, and nobody running. */
  async stopped(): Promise<Places> {
    const server = await openPrivateServer({ directory: this.directory });
    await ask(server, "create table kept as select 42 as answer");
    await server.stop();
    return makePlaces(this.directory);
  }

  /** A child that is killed at the end. */
  keep(child: ChildProcess): ChildProcess {
    this.later(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    });
    return child;
  }

  /** Starts the server under a parent that never reaps: the shell becomes a `sleep`. */
  async startUnderStranger(places: Places): Promise<number> {
    const argv = serverArgv(places, await findServerProgram(places));
    const script = '"$@" </dev/null >/dev/null 2>&1 & exec sleep 300';
    this.keep(spawn("/bin/sh", ["-c", script, "sh", ...argv], { stdio: "ignore", cwd: "/" }));
    return postmasterOf(places);
  }

  /** A service of its own process that opens the server; `as` are words before it. */
  beginHolder(as: readonly string[] = []) {
    const script = resolve("test/support/store-holder.ts");
    const [program, ...words] = [...as, process.execPath, "--import", "tsx", script, this.directory];
    const env = { ...process.env, TMPDIR: this.top };
    const holder = this.keep(spawn(program!, words, { stdio: ["ignore", "pipe", "inherit"], env }));
    const lines = createInterface(holder.stdout!);
    const opening = Promise.race([once(lines, "line"), once(lines, "close")]);
    return {
      holder,
      opening: opening.then(([line]) => JSON.parse(line) as { pid: number; adopted: boolean }),
    };
  }

  async holder(as: readonly string[] = []) {
    const { holder, opening } = this.beginHolder(as);
    return { holder, ...(await opening) };
  }

  /** A query that computes, and so does not notice that its postmaster died. */
  async longQuery(server: PrivateServer): Promise<void> {
    const { host, user } = server.connection;
    const client = new Client({ host, user, port: 5432, database: "postgres" });
    client.on("error", () => {}); // its server is about to be killed
    await client.connect();
    client
      .query(`select count(*) from generate_series(1, 100000000) a, generate_series(1, 100) b`)
      .catch(() => {});
    this.later(() => client.end().catch(() => {}));
    const busy =
      "select 1 from pg_stat_activity where query like '%a, generate_series%b' and state = 'active'";
    while ((await ask(server, busy)).length === 0) await pause(20);
  }
}

export const ask = (server: PrivateServer, statement: string) => maintain(server.connection.host, statement);

export async function kill(pids: readonly number[]): Promise<void> {
  for (const pid of pids) process.kill(pid, "SIGKILL");
  if (!(await haveEnded(pids, 5_000))) throw new Error(`${pids.join(", ")} do not end`);
}

async function postmasterOf({ data }: Places): Promise<number> {
  for (let tries = 0; tries < 250; tries += 1, await pause(20)) {
    const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
    if (text.includes("ready")) return Number.parseInt(text, 10);
  }
  throw new Error("the server that was started by hand does not become ready");
}
