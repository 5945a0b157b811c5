import { type Kysely, type Migration, sql } from "kysely";

/** Machines, boot plans, events, the index of recordings. A migration that was released is never edited. */
export const firstTables: Migration = {
  up: async (db: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create table machines (
    id bigint generated always as identity primary key,
    name text not null unique,
    firmware text not null,
    serial text not null,
    redirected boolean not null default false,
    loader text not null default 'auto',
    segment text not null,
    bmc jsonb,
    declared_by text,
    created_at timestamptz not null default now()
  )`,
  "comment on column machines.bmc is 'address, port, user, and the password sealed with secret.key'",

  // the key is what makes an address belong to one machine only
  `create table machine_macs (
    mac text primary key check (mac ~ '^[0-9a-f]{2}(:[0-9a-f]{2}){5}$'),
    machine_id bigint not null references machines on delete cascade,
    place int not null
  )`,
  "create index machine_macs_of_machine on machine_macs (machine_id)",

  `create table boot_plans (
    id bigint generated always as identity primary key,
    machine_id bigint not null references machines on delete cascade,
    kind text not null,
    image text,
    state text not null default 'armed' check (state in ('armed', 'used', 'cancelled')),
    armed_by text not null,
    armed_at timestamptz not null default now(),
    used_at timestamptz,
    check ((state = 'used') = (used_at is not null))
  )`,
  "create unique index boot_plans_one_armed on boot_plans (machine_id) where state = 'armed'",
  "create index boot_plans_of_machine on boot_plans (machine_id, id)",

  // up to which number a run's events are kept without a gap: known also after they were trimmed
  `create table agent_runs (
    agent text not null,
    run text not null,
    stored bigint not null default 0,
    heard_at timestamptz not null default now(),
    primary key (agent, run)
  )`,

  // by the machine's name, not its row: what was observed outlives the machine
  `create table events (
    id bigint generated always as identity primary key,
    agent text not null,
    agent_run text not null,
    agent_seq bigint not null,
    at timestamptz not null,
    kind text not null,
    machine text,
    mac text,
    says text not null,
    detail jsonb not null default '{}',
    unique (agent, agent_run, agent_seq)
  )`,
  "create index events_of_machine on events (machine, id)",
  "create index events_of_address on events (mac, id desc) where mac is not null",

  `create table recordings (
    id bigint generated always as identity primary key,
    machine text not null,
    path text not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    bytes bigint not null default 0,
    sha256 text,
    unique (machine, path)
  )`,
];
