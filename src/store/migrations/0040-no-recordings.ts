import { type Kysely, type Migration, sql } from "kysely";

/** Recordings are listed by the agents that have them: an index elsewhere would tell of files that went. */
export const noRecordings: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql.raw("drop table recordings").execute(db);
  },
};
