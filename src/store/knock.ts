import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { SERVER_USER } from "./server-files.ts";

/** What stands behind a socket: a server that is ready, one that starts or stops, or nobody who answers. */
export type Answer =
  | { readonly is: "ready"; readonly data: string }
  | { readonly is: "busy" }
  | { readonly is: "silent" };

const ANSWER_WITHIN_MS = 2_000;
const BUSY = ["57P03", "53300"]; // cannot_connect_now: starting or stopping; too_many_connections

export async function knock(host: string): Promise<Answer> {
  if (!(await stat(join(host, ".s.PGSQL.5432")).catch(() => undefined))) return { is: "silent" };
  try {
    const rows = await maintain(host, "select current_setting('data_directory') as data");
    return { is: "ready", data: rows[0]!.data as string };
  } catch (thrown) {
    return { is: BUSY.includes(codeOf(thrown)) ? "busy" : "silent" };
  }
}

/** Makes the service's database once; a second service racing us may have made it. */
export async function makeDatabase(host: string, name: string): Promise<void> {
  const there = await maintain(host, `select 1 as one from pg_database where datname = '${name}'`);
  if (there.length > 0) return;
  try {
    await maintain(host, `create database "${name}"`);
  } catch (thrown) {
    if (codeOf(thrown) !== "42P04") throw thrown;
  }
}

/** One statement on the server's own database. Its words are ours, never a stranger's. */
export async function maintain(host: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ ...MAINTENANCE, host });
  client.on("error", () => {}); // the server may die under us: the statement's own failure says so
  try {
    await client.connect();
    return (await client.query(statement)).rows;
  } finally {
    client.end().catch(() => {}); // not waited for: a server that is stopped never says goodbye
  }
}

const MAINTENANCE = {
  port: 5432,
  user: SERVER_USER,
  database: "postgres",
  password: "",
  ssl: false,
  connectionTimeoutMillis: ANSWER_WITHIN_MS,
  query_timeout: 10 * ANSWER_WITHIN_MS,
};

const codeOf = (thrown: unknown): string => (thrown as { code?: string }).code ?? "";
