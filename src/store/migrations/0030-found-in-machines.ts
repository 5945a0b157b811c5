import { type Kysely, type Migration, sql } from "kysely";

/** What a live hand found in its machine, the last time it looked. */
export const foundInMachines: Migration = {
  up: async (db: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create table found_in_machines (
    machine_id bigint primary key references machines on delete cascade,
    boot text not null,
    read_at timestamptz not null,
    told jsonb not null
  )`,
  "comment on column found_in_machines.boot is 'the boot of the hand that looked: one look a boot'",
];
