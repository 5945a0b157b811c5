import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { Fault, reason } from "../base/fault.ts";
import type { Tables } from "./tables.ts";

/** Puts one question to the database; a database that went away is a Fault, whatever the driver threw. */
export type Ask = <T>(question: (db: Kysely<Tables>) => Promise<T>) => Promise<T>;

export type Database = { readonly db: Kysely<Tables>; readonly ask: Ask; close(): Promise<void> };

export type Where =
  | { readonly url: string }
  | { readonly host: string; readonly user: string; readonly database: string };

const INT8 = 20; // its oid in pg_type: the driver gives text, our numbers stay far below 2^53

export function openDatabase(where: Where, lost: (thrown: unknown) => Fault): Database {
  const pool = new pg.Pool({ ...connectionTo(where), ...LIMITS });
  // A client without a listener ends the process when the server dies: in the pool, and checked out alike.
  // The question in flight fails by itself; the pool drops the client and connects anew.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const ask: Ask = async (question) => {
    try {
      return await question(db);
    } catch (thrown) {
      throw isLost(thrown) ? lost(thrown) : thrown;
    }
  };
  return { db, ask, close: () => db.destroy() };
}

/** Where, and how numbers are read: all that a connection of one's own needs besides its limits. */
export const connectionTo = (where: Where): pg.ClientConfig => ({
  ...("url" in where ? { connectionString: where.url } : { ...where, port: 5432, password: "", ssl: false }),
  types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) },
});

const LIMITS = {
  max: 4,
  application_name: "rackhand",
  keepAlive: true,
  connectionTimeoutMillis: 10_000, // waiting for one of the four counts too
  idleTimeoutMillis: 10_000, // an idle backend costs megabytes
  statement_timeout: 30_000,
  query_timeout: 35_000,
  idle_in_transaction_session_timeout: 30_000,
};

// PostgreSQL's appendix A: 08 connection, 57P01 to 57P03 stopping or starting, 3D000 and 28 refused
const LOST_CODES =
  /^(08...|57P0[1-5]|53300|3D000|28...|ECONN\w+|E(NOENT|PIPE|TIMEDOUT|\w+UNREACH|NOTFOUND|AI_AGAIN|ACCES))$/;
const LOST_WORDS =
  /connection terminated|connection error|timeout exceeded when trying to connect|query read timeout/i;

export function isLost(thrown: unknown): boolean {
  if (!(thrown instanceof Error) || thrown instanceof Fault) return false;
  const { code } = thrown as { code?: unknown };
  return (typeof code === "string" && LOST_CODES.test(code)) || LOST_WORDS.test(reason(thrown));
}
