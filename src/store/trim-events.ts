import { type Kysely, sql } from "kysely";
import type { Tables } from "./tables.ts";

/** The last `keepPerMachine` events of each machine stay, however old; those of no machine count as one. */
export type Retention = { readonly olderThan: number; readonly keepPerMachine: number };

const AT_ONCE = 10_000; // a short statement holds its locks shortly

export async function trim(db: Kysely<Tables>, { olderThan, keepPerMachine }: Retention): Promise<number> {
  const old = db.selectFrom("events").select("machine").distinct().where("at", "<", new Date(olderThan));
  let trimmed = 0;
  for (const { machine } of await old.execute()) {
    const from = await firstKept(db, machine, keepPerMachine);
    trimmed += await trimMachine(db, { machine, olderThan, from });
  }
  await forgetRuns(db, olderThan);
  return trimmed;
}

/** The id from which on everything stays; none stays beyond the newest when nothing is to be kept. */
async function firstKept(db: Kysely<Tables>, machine: string | null, keep: number): Promise<number> {
  if (keep === 0) return Number.MAX_SAFE_INTEGER;
  const query = db.selectFrom("events").select("id").where(is(machine)).orderBy("id", "desc");
  const row = await query
    .offset(keep - 1)
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? 0;
}

type Cut = { readonly machine: string | null; readonly olderThan: number; readonly from: number };

async function trimMachine(db: Kysely<Tables>, { machine, olderThan, from }: Cut): Promise<number> {
  for (let trimmed = 0; ; ) {
    const some = db
      .selectFrom("events")
      .select("id")
      .where(is(machine))
      .where("id", "<", from)
      .where("at", "<", new Date(olderThan))
      .limit(AT_ONCE);
    const { numDeletedRows } = await db.deleteFrom("events").where("id", "in", some).executeTakeFirst();
    trimmed += Number(numDeletedRows);
    if (numDeletedRows < BigInt(AT_ONCE)) return trimmed;
  }
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
