import { type Kysely, type Migration, sql } from "kysely";

/** Networks as their agents describe them, and who has which address there. */
export const leases: Migration = {
  up: async (db: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create table segments (
    name text primary key,
    told jsonb not null,
    heard_at timestamptz not null default now()
  )`,
  `create table leases (
    segment text not null references segments on delete cascade,
    address inet not null,
    mac text not null,
    until timestamptz not null,
    known boolean not null,
    primary key (segment, address)
  )`,
  "comment on table leases is 'a copy for showing: the log of the agent on the segment is what counts'",
];
