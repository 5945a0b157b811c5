import { type Kysely, type Migration, sql } from "kysely";

/** A boot plan carries a preseed; which way of answering worked for a machine. */
export const bootPlans: Migration = {
  up: async (db: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  "alter table boot_plans add column preseed text",
  "comment on column boot_plans.preseed is 'sealed with secret.key; null once the machine has it'",

  `create table worked_ways (
    machine_id bigint not null references machines on delete cascade,
    mac text not null,
    asker text not null,
    way text not null,
    at timestamptz not null,
    primary key (machine_id, mac, asker)
  )`,
];
