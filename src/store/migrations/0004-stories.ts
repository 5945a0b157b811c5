import { type Kysely, type Migration, sql } from "kysely";

/** Long work and its journals: src/store/story-home.ts says who may write them. */
export const stories: Migration = {
  up: async (db: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create table stories (
    id bigint generated always as identity primary key,
    kind text not null,
    lane text not null,
    subject jsonb not null,
    asked_by text not null,
    asked_at timestamptz not null default now(),
    begun boolean not null default false,
    rests_until timestamptz,
    cancelled_by text,
    state text not null default 'open' check (state in ('open', 'done', 'failed', 'cancelled')),
    says text,
    ended_at timestamptz,
    check ((state = 'open') = (ended_at is null))
  )`,
  "create index stories_open on stories (lane, begun desc, id) where state = 'open'",
  "create index stories_of_lane on stories (lane, id desc)",
  // the key refuses a second entry in one place; that only the holder of the lane may append is the session's doing
  `create table story_entries (
    story_id bigint not null references stories on delete cascade,
    seq int not null,
    at timestamptz not null,
    act text not null,
    outcome jsonb not null,
    primary key (story_id, seq)
  )`,
];
