import { type Kysely, type Migration, sql } from "kysely";

/** What stands on a machine's disks, as far as an install saw it through; null: that is not known. */
export const installed: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql.raw("alter table machines add column installed jsonb").execute(db);
  },
};
