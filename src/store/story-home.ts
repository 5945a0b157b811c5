import pg from "pg";
import { connectionTo, type Where } from "./database.ts";
import type { Json } from "./tables.ts";

/** A story that this session alone may write, until it is released or the session is lost. */
export type StoryClaim = {
  readonly story: { id: number; kind: string; lane: string; subject: Json; by: string };
  readonly signal: AbortSignal; // its reason: { because: "lost" | "cancelled" }
  readonly holdsForMs: number; // after a read began
  read(): Promise<{ journal: StoryEntry[]; cancelled: boolean }>;
  append(entry: StoryEntry): Promise<void>;
  rest(forMs: number): Promise<void>;
  end(how: "done" | "failed" | "cancelled", says: string): Promise<void>;
  release(): Promise<void>;
};
export type StoryEntry<Outcome = never> = {
  readonly seq: number;
  readonly at: number;
  readonly act: string;
  readonly outcome: Outcome;
};

export type StoryHome = {
  claim(kinds: readonly string[]): Promise<StoryClaim | undefined>;
  close(): Promise<void>;
};

type Held = { readonly lane: string; readonly signals: AbortController };
type Session = {
  readonly leaseMs: number;
  readonly held: Map<number, Held>;
  /** One question after the other: the driver takes no second one while it waits. */
  ask<R extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<R[]>;
  isLost(): boolean;
  end(): Promise<void>;
};

const PING_MS = 1000;
const LEASE_MS = 10_000;

/**
 * The lanes that one process holds, on one connection of its own: a session advisory lock each. The server
 * ends a session that says nothing for `leaseMs`, which frees its locks and refuses its appends in one stroke:
 * a process that was paused, blocked or cut off writes nothing after another took over.
 */
export function openStoryHome(wish: {
  readonly where: () => Where; // asked at each connection: a private server may have been started anew
  readonly leaseMs?: number;
}): StoryHome {
  const { where, leaseMs = LEASE_MS } = wish;
  let opening: Promise<Session> | undefined;
  let closed = false;
  const forget = () => {
    opening = undefined;
  };
  return {
    claim: async (kinds) => {
      if (closed) return undefined;
      opening ??= openSession(where(), leaseMs, forget).catch((error: unknown) => {
        forget();
        throw error;
      });
      const session = await opening;
      try {
        return await claimOn(session, kinds);
      } catch (error) {
        if (session.isLost()) return undefined; // the next look opens another
        throw error;
      }
    },
    close: async () => {
      closed = true;
      const session = await opening?.catch(() => undefined);
      await session?.end();
    },
  };
}

const LIMITS = {
  application_name: "rackhand stories",
  keepAlive: true,
  connectionTimeoutMillis: 10_000,
  query_timeout: 10_000,
  statement_timeout: 10_000,
};
async function openSession(where: Where, leaseMs: number, forget: () => void): Promise<Session> {
  const client = new pg.Client({ ...connectionTo(where), ...LIMITS });
  const held: Session["held"] = new Map();
  let last: Promise<unknown> = Promise.resolve();
  let isLost = false;
  const lose = () => {
    if (isLost) return;
    isLost = true;
    forget();
    for (const { signals } of held.values()) signals.abort({ because: "lost" });
  };
  client.on("error", lose).on("end", lose);
  await client.connect();
  await client.query(`set idle_session_timeout = ${Math.round(leaseMs)}`);
  const session: Session = {
    leaseMs,
    held,
    ask: <R extends pg.QueryResultRow>(text: string, values: unknown[]) => {
      const asked = last.then(async () => {
        if (isLost) throw new Error("the session that held the story's lane was lost");
        return (await client.query<R>(text, values)).rows;
      });
      last = asked.catch(() => {});
      return asked;
    },
    isLost: () => isLost,
    end: async () => {
      lose();
      await client.end().catch(() => {}); // gone already
    },
  };
  void ping(session);
  return session;
}

/** Says that this process lives, and hears in the same breath which of its stories somebody cancelled. */
async function ping(session: Session): Promise<void> {
  while (!session.isLost()) {
    try {
      const rows = await session.ask<{ id: number }>(CANCELLED, [[...session.held.keys()]]);
      for (const { id } of rows) session.held.get(id)?.signals.abort({ because: "cancelled" });
    } catch {
      return session.end(); // whoever holds a claim hears of it by its signal
    }
    await new Promise((resolve) => setTimeout(resolve, PING_MS).unref());
  }
}

const CANCELLED = "select id from stories where id = any($1) and cancelled_by is not null";

async function claimOn(session: Session, kinds: readonly string[]): Promise<StoryClaim | undefined> {
  const busy = [...session.held.values()].map(({ lane }) => lane);
  for (const { lane } of await session.ask<{ lane: string }>(WAITING, [kinds, busy])) {
    const claim = await claimLane(session, lane, kinds);
    if (claim !== undefined) return claim;
  }
  return undefined;
}

/** The first story of each lane: one that was begun is ended before another of its lane begins. */
const FIRST = `select distinct on (lane) id, kind, lane, subject, asked_by as by,
    rests_until is null or rests_until <= now() as ready
  from stories where state = 'open'`;
const WAITING = `select lane from (${FIRST} and lane <> all($2) order by lane, begun desc, id) as first
  where kind = any($1) and ready order by id limit 64`;
const OF_LANE = `${FIRST} and lane = $1 order by lane, begun desc, id`;
const LOCK = "select pg_try_advisory_lock(hashtextextended($1, 0)) as locked";
const UNLOCK = "select pg_advisory_unlock(hashtextextended($1, 0))";

type Row = { id: number; kind: string; lane: string; subject: Json; by: string; ready: boolean };

async function claimLane(
  session: Session,
  lane: string,
  kinds: readonly string[],
): Promise<StoryClaim | undefined> {
  const [lock] = await session.ask<{ locked: boolean }>(LOCK, [lane]);
  if (!lock!.locked) return undefined;
  const [row] = await session.ask<Row>(OF_LANE, [lane]); // anew: the one before may have ended it
  if (row === undefined || !row.ready || !kinds.includes(row.kind)) {
    await session.ask(UNLOCK, [lane]);
    return undefined;
  }
  const { ready: _, ...story } = row;
  const signals = new AbortController();
  session.held.set(story.id, { lane, signals });
  return claimOf(session, story, signals.signal);
}

function claimOf(session: Session, story: StoryClaim["story"], signal: AbortSignal): StoryClaim {
  const { ask } = session;
  const { id, lane } = story;
  return {
    story,
    signal,
    holdsForMs: session.leaseMs / 2,
    read: async () => (await ask<{ cancelled: boolean; journal: StoryEntry[] }>(READ, [id]))[0]!,
    append: async ({ seq, at, act, outcome }) => {
      await ask(APPEND, [id, seq, new Date(at), act, JSON.stringify(outcome)]);
    },
    rest: async (forMs) => {
      await ask(REST, [id, forMs]);
    },
    end: async (how, says) => {
      await ask(END, [id, how, says]);
    },
    release: async () => {
      session.held.delete(id);
      if (!session.isLost()) await ask(UNLOCK, [lane]);
    },
  };
}

const READ = `select cancelled_by is not null as cancelled, coalesce((
    select json_agg(json_build_object('seq', seq, 'at', floor(extract(epoch from at) * 1000)::bigint,
      'act', act, 'outcome', outcome) order by seq)
    from story_entries where story_id = id), '[]') as journal
  from stories where id = $1`;
const APPEND = `with entry as (insert into story_entries (story_id, seq, at, act, outcome) values ($1, $2, $3, $4, $5))
  update stories set begun = true, rests_until = null where id = $1`;
const REST = "update stories set rests_until = now() + $2 * interval '1 millisecond' where id = $1";
const END = "update stories set state = $2, says = $3, ended_at = now() where id = $1 and state = 'open'";
