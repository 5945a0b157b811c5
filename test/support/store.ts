import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { maintain } from "../../src/store/knock.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { openPrivateServer, type PrivateServer } from "../../src/store/private-server.ts";

/** A store with a database of its own on the one PostgreSQL that all test files share; closing drops it. */
export async function openTestStore(): Promise<Store & { url: string }> {
  const database = await openTestDatabase();
  const directory = await mkdtemp(join(tmpdir(), "rackhand-state-"));
  const store = await openStore({ directory, url: database.url });
  const close = async () => {
    await store.close();
    await database.drop();
    await rm(directory, { recursive: true });
  };
  return { ...store, url: database.url, close };
}

export async function openTestDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const shared = await holdTestServer();
  const { host, user } = shared.server.connection;
  const name = `test_${randomBytes(6).toString("hex")}`;
  await maintain(host, `create database ${name}`);
  const drop = async () => {
    await maintain(host, `drop database ${name} with (force)`);
    await shared.leave();
  };
  return { url: `postgresql://${user}@/${name}?host=${encodeURIComponent(host)}`, drop };
}

const DIRECTORY = join(tmpdir(), `rackhand-test-server-${process.getuid!()}`);
const IN_USE = 1; // an advisory lock, shared by everybody who needs the server
const TRIES = 5;

/** Starts or joins the shared server. Who leaves last stops it; its files stay, for the next quick start. */
export async function holdTestServer(): Promise<{ server: PrivateServer; leave(): Promise<void> }> {
  for (let tries = 1; ; tries += 1) {
    const server = await openPrivateServer({ directory: DIRECTORY });
    const { host, user } = server.connection;
    const client = new Client({ host, user, port: 5432, database: "postgres", ssl: false, password: "" });
    client.on("error", () => {}); // the last one stops the server under its own connection
    try {
      await client.connect();
      await client.query(`select pg_advisory_lock_shared(${IN_USE})`);
      return { server, leave: () => leave(client, server) };
    } catch (thrown) {
      if (tries === TRIES) throw thrown; // otherwise: whoever was last stopped it just now
    }
  }
}

async function leave(client: Client, server: PrivateServer): Promise<void> {
  await client.query(`select pg_advisory_unlock_shared(${IN_USE})`);
  const alone = await client.query(`select pg_try_advisory_lock(${IN_USE}) as alone`);
  if (alone.rows[0].alone) {
    const left = await client.query("select datname from pg_database where datname like 'test\\_%'");
    for (const { datname } of left.rows) await client.query(`drop database ${datname} with (force)`);
    await server.stop();
  }
  await client.end().catch(() => {}); // gone with its server
}
