import { type Kysely, type Migration, sql } from "kysely";

/** Labels, and which file in git declares a machine. */
export const inventory: Migration = {
  up: async (db: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  "alter table machines add column labels jsonb not null default '{}'",
  "alter table machines add column declared_in text",
  "comment on column machines.declared_in is 'the imported file: what it declares is changed there'",
];
