import { type ExpressionBuilder, type Kysely, type Selectable, sql, type Transaction } from "kysely";
import type { EventKind, Observed } from "../base/event.ts";
import type { Mac } from "../base/mac.ts";
import { storable, storableText } from "./core/storable.ts";
import type { Ask } from "./database.ts";
import type { Tables } from "./tables.ts";
import { type FoldedEvents, foldedOf, type Retention, trim } from "./trim-events.ts";

/** An observation with its place in the one order that everybody reads. */
export type StoredEvent = {
  readonly id: number;
  readonly at: number;
  readonly kind: EventKind;
  readonly machine: string | null;
  readonly mac: Mac | null;
  readonly says: string;
  readonly detail: Readonly<Record<string, unknown>>;
};
export type Numbered = { readonly seq: number; readonly event: Observed };
export type Span = {
  readonly after?: number;
  readonly before?: number;
  readonly limit: number;
  readonly text?: string; // found in its sentence or in what it tells to programs
  readonly kinds?: readonly string[]; // whole kinds, or the room before the dot
  readonly since?: number;
  readonly until?: number;
};

export type Events = {
  /**
   * Keeps what an agent observed, each once however often it is sent. An agent numbers its events from 1 in
   * each of its runs; the answer is the number up to which all are kept, so that it may forget them.
   */
  appendEvents(agent: string, run: string, events: readonly Numbered[]): Promise<number>;
  /** Oldest first; the first `limit` after an id, or the last `limit` before one, or simply the last. */
  timeline(machine: string, span: Span): Promise<StoredEvent[]>;
  event(id: number): Promise<StoredEvent | null>;
  /** What was trimmed of it, as counts. */
  folded(machine: string): Promise<FoldedEvents[]>;
  recentEvents(span: Span): Promise<StoredEvent[]>;
  /** Makes counts of what is old or too much; answers how many. */
  trimEvents(retention: Retention): Promise<number>;
};

export function eventsIn(ask: Ask): Events {
  return {
    appendEvents: async (agent, run, events) => {
      const wrong = events.find(({ seq }) => !Number.isSafeInteger(seq) || seq < 1);
      if (wrong) throw new Error(`an agent's events are numbered from 1, not ${wrong.seq}`);
      return ask((db) => db.transaction().execute((tx) => append(tx, { agent, run }, events)));
    },
    timeline: (machine, span) => ask((db) => read(db, span, machine)),
    event: (id) =>
      ask(async (db) => {
        const row = await db.selectFrom("events").selectAll().where("id", "=", id).executeTakeFirst();
        return row ? eventOf(row) : null;
      }),
    folded: (machine) => ask((db) => foldedOf(db, machine)),
    recentEvents: (span) => ask((db) => read(db, span)),
    trimEvents: (retention) => ask((db) => trim(db, retention)),
  };
}

type Life = { readonly agent: string; readonly run: string };

const ONE_AT_A_TIME = 7_722_001; // advisory lock of our own choice
const WALK = 1000;

async function append(tx: Transaction<Tables>, life: Life, events: readonly Numbered[]): Promise<number> {
  // ids are given in the order of commit: a reader who asks for what follows an id misses nothing
  await sql`select pg_advisory_xact_lock(${ONE_AT_A_TIME})`.execute(tx);
  await tx
    .insertInto("agent_runs")
    .values(life)
    .onConflict((clash) => clash.doNothing())
    .execute();
  const known = await ofLife(tx.selectFrom("agent_runs").select("stored"), life).executeTakeFirstOrThrow();
  const fresh = events.filter(({ seq }) => seq > known.stored); // those below may have been trimmed since
  if (fresh.length > 0) await insert(tx, life, fresh);
  const stored = await walk(tx, life, known.stored);
  const update = tx.updateTable("agent_runs").set({ stored, heard_at: sql<Date>`now()` });
  await update.where("agent", "=", life.agent).where("run", "=", life.run).execute();
  return stored;
}

const ofLife = <Q extends { where(column: "agent" | "run", is: "=", value: string): Q }>(
  query: Q,
  life: Life,
): Q => query.where("agent", "=", life.agent).where("run", "=", life.run);

/** One parameter for the whole batch: PostgreSQL takes at most 65,535 of them. */
async function insert(
  tx: Transaction<Tables>,
  { agent, run }: Life,
  events: readonly Numbered[],
): Promise<void> {
  const rows = events.map(({ seq, event }) => ({
    seq,
    at: event.at,
    kind: event.kind,
    machine: event.machine,
    mac: event.mac,
    says: storableText(event.says),
    detail: storable(event.detail ?? {}),
  }));
  await sql`
    insert into events (agent, agent_run, agent_seq, at, kind, machine, mac, says, detail)
    select ${agent}, ${run}, seq, to_timestamp(at / 1000), kind, machine, mac, says, detail
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as event (seq bigint, at double precision, kind text, machine text, mac text, says text, detail jsonb)
    order by seq
    on conflict do nothing`.execute(tx);
}

/** From the last number known to be whole, on over what is kept, to the first gap. */
async function walk(tx: Transaction<Tables>, { agent, run }: Life, from: number): Promise<number> {
  for (let whole = from; ; ) {
    const rows = await tx
      .selectFrom("events")
      .select("agent_seq")
      .where("agent", "=", agent)
      .where("agent_run", "=", run)
      .where("agent_seq", ">", whole)
      .orderBy("agent_seq")
      .limit(WALK)
      .execute();
    const next = rows.findIndex(({ agent_seq }, i) => agent_seq !== whole + i + 1);
    whole += next === -1 ? rows.length : next;
    if (next !== -1 || rows.length < WALK) return whole;
  }
}

async function read(
  db: Kysely<Tables>,
  { after, before, limit, ...chosen }: Span,
  machine?: string,
): Promise<StoredEvent[]> {
  const forward = after !== undefined && before === undefined;
  let query = db
    .selectFrom("events")
    .selectAll()
    .orderBy("id", forward ? "asc" : "desc")
    .limit(limit);
  if (machine !== undefined) query = query.where("machine", "=", machine);
  if (after !== undefined) query = query.where("id", ">", after);
  if (before !== undefined) query = query.where("id", "<", before);
  query = query.where((is) => is.and(fitting(is, chosen)));
  const found = (await query.execute()).map(eventOf);
  return forward ? found : found.reverse();
}

function fitting(
  is: ExpressionBuilder<Tables, "events">,
  { text, kinds, since, until }: Omit<Span, "after" | "before" | "limit">,
) {
  const like = text === undefined ? "" : `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  return [
    ...(since === undefined ? [] : [is("at", ">=", new Date(since))]),
    ...(until === undefined ? [] : [is("at", "<", new Date(until))]),
    ...(text === undefined
      ? []
      : [is.or([is("says", "ilike", like), sql<boolean>`detail::text ilike ${like}`])]),
    ...(kinds === undefined
      ? []
      : [
          is.or(
            kinds.flatMap((kind) => [is("kind", "=", kind), is(sql`split_part(kind, '.', 1)`, "=", kind)]),
          ),
        ]),
  ];
}

export function eventOf({
  id,
  at,
  kind,
  machine,
  mac,
  says,
  detail,
}: Selectable<Tables["events"]>): StoredEvent {
  return { id, at: at.getTime(), kind: kind as EventKind, machine, mac: mac as Mac | null, says, detail };
}
