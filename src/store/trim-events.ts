import { type Kysely, sql } from "kysely";
import type { Tables } from "./tables.ts";

/**
 * The last `keepPerMachine` events of each machine stay, however old; of more than `mostPerMachine` the first go,
 * however young. The newest of each lasting kind stays in any case. Those of no machine count as one.
 */
export type Retention = {
  readonly olderThan: number;
  readonly keepPerMachine: number;
  readonly mostPerMachine: number;
  readonly lasting: readonly string[];
};
export type FoldedEvents = { readonly kind: string; readonly count: number; readonly until: number };

const AT_ONCE = 5000; // a short statement holds its locks shortly

/** Between two statements everybody else has their turn. Order is that of ids: a clock that jumps moves nothing. */
export async function trim(db: Kysely<Tables>, retention: Retention): Promise<number> {
  const { olderThan, mostPerMachine } = retention;
  const full = db
    .selectFrom("events")
    .select("machine")
    .groupBy("machine")
    .having((is) =>
      is.or([
        is(is.fn.min("at"), "<", new Date(olderThan)),
        is(is.fn.countAll<number>(), ">", mostPerMachine),
      ]),
    );
  let trimmed = 0;
  for (const { machine } of await full.execute()) trimmed += await trimMachine(db, machine, retention);
  await forgetRuns(db, olderThan);
  return trimmed;
}

/** The id from which on the newest `count` begin; beyond the newest when nothing is to be kept. */
async function newestFrom(db: Kysely<Tables>, machine: string | null, count: number): Promise<number> {
  if (count === 0) return Number.MAX_SAFE_INTEGER;
  const query = db.selectFrom("events").select("id").where(is(machine)).orderBy("id", "desc");
  const row = await query
    .offset(count - 1)
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? 0;
}

async function trimMachine(
  db: Kysely<Tables>,
  machine: string | null,
  { olderThan, keepPerMachine, mostPerMachine, lasting }: Retention,
): Promise<number> {
  const kept = await newestFrom(db, machine, keepPerMachine);
  const most = await newestFrom(db, machine, mostPerMachine);
  const newest = db
    .selectFrom("events")
    .select((of) => of.fn.max("id").as("id"))
    .where(is(machine))
    .where("kind", "in", [...lasting, ""])
    .groupBy("kind");
  const stays = (await newest.execute()).map(({ id }) => id);
  for (let trimmed = 0; ; ) {
    const gone = await sql<{ count: number }>`
      with gone as (
        delete from events where id in (
          select id from events
          where ${is(machine)} and id < ${kept} and (id < ${most} or at < ${new Date(olderThan)})
            and not id = any(${stays}::bigint[])
          order by id limit ${AT_ONCE}
        ) returning kind, at
      ), folded as (
        insert into folded_events as f (machine, kind, count, until)
        select ${machine ?? ""}, kind, count(*), max(at) from gone group by kind
        on conflict (machine, kind) do update
          set count = f.count + excluded.count, until = greatest(f.until, excluded.until)
      )
      select count(*) as count from gone`.execute(db);
    const count = gone.rows[0]?.count ?? 0;
    trimmed += count;
    if (count < AT_ONCE) return trimmed;
  }
}

/** What is not told one by one any more. */
export async function foldedOf(db: Kysely<Tables>, machine: string): Promise<FoldedEvents[]> {
  const query = db.selectFrom("folded_events").select(["kind", "count", "until"]);
  const rows = await query.where("machine", "=", machine).orderBy("kind").execute();
  return rows.map(({ until, ...row }) => ({ ...row, until: until.getTime() }));
}

/** An agent's run that is over and of which nothing is left will not be replayed any more. */
async function forgetRuns(db: Kysely<Tables>, olderThan: number): Promise<void> {
  await db
    .deleteFrom("agent_runs")
    .where("heard_at", "<", new Date(olderThan))
    .where(
      sql<boolean>`not exists (select from events where agent_run = run and events.agent = agent_runs.agent)`,
    )
    .execute();
}

const is = (machine: string | null) =>
  machine === null ? sql<boolean>`machine is null` : sql<boolean>`machine = ${machine}`;
