import { type Kysely, type Migration, sql } from "kysely";

/** How far each webhook is in the one order of events, and what it did not take. */
export const webhooks: Migration = {
  up: async (db: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create table webhooks (
    name text primary key,
    upto bigint not null,
    tries int not null default 0,
    since timestamptz,
    trouble text,
    rests_until timestamptz,
    held_by text,
    held_until timestamptz
  )`,
  `create table failed_webhooks (
    name text not null,
    event bigint not null,
    alert text not null,
    at timestamptz not null default now(),
    tries int not null,
    why text not null,
    primary key (name, event)
  )`,
];
