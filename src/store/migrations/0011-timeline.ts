import { type Kysely, type Migration, sql } from "kysely";

/** What was trimmed of a timeline, as counts. */
export const timeline: Migration = {
  up: async (db: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create table folded_events (
    machine text not null,
    kind text not null,
    count bigint not null,
    until timestamptz not null,
    primary key (machine, kind)
  )`,
  "comment on column folded_events.machine is 'empty: of no machine'",
  "create index events_of_kind on events (machine, kind, id desc)",
];
