import { type Kysely, type Migration, sql } from "kysely";

/** What was seen of an address until a person said to forget it. */
export const discovered: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql.raw("create table forgotten_macs (mac text primary key, upto bigint not null)").execute(db);
  },
};
