import { sql } from "kysely";
import type { Ask } from "./database.ts";

type Place = {
  readonly upto: number;
  readonly tries: number;
  readonly since: number | null;
  readonly trouble: string | null;
};
type Failed = {
  readonly name: string;
  readonly event: number;
  readonly alert: string;
  readonly at: number;
  readonly tries: number;
  readonly why: string;
};

export type Webhooks = {
  /** A new one begins with what comes from now on. Whoever gets it has it alone for that long. */
  claimWebhook(name: string, by: string, holdMs: number): Promise<Place | null>;
  settleWebhook(
    name: string,
    by: string,
    place: Place & { restMs: number; holdMs: number },
  ): Promise<boolean>;
  failWebhook(failed: Omit<Failed, "at">): Promise<void>;
  failedWebhooks(limit: number): Promise<Failed[]>;
  webhookPlaces(): Promise<(Place & { readonly name: string })[]>;
};

const MOST_FAILED = 10_000;

/** The database's clock decides for all services who holds what until when. */
export const webhooksIn = (ask: Ask): Webhooks => ({
  claimWebhook: (name, by, holdMs) =>
    ask(async (db) => {
      await sql`
        insert into webhooks (name, upto) select ${name}, coalesce(max(id), 0) from events
        on conflict do nothing`.execute(db);
      const row = await db
        .updateTable("webhooks")
        .set({ held_by: by, held_until: later(holdMs) })
        .where("name", "=", name)
        .where(sql<boolean>`coalesce(held_until, now()) <= now() and coalesce(rests_until, now()) <= now()`)
        .returning(["upto", "tries", "since", "trouble"])
        .executeTakeFirst();
      return row ? placeOf(row) : null;
    }),
  settleWebhook: (name, by, { upto, tries, since, trouble, restMs, holdMs }) =>
    ask(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable("webhooks")
        .set({
          ...{ upto, tries, trouble, since: since === null ? null : new Date(since) },
          rests_until: restMs > 0 ? later(restMs) : null,
          held_until: holdMs > 0 ? later(holdMs) : null,
        })
        .where("name", "=", name)
        .where("held_by", "=", by)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    }),
  failWebhook: (failed) =>
    ask(async (db) => {
      await db
        .insertInto("failed_webhooks")
        .values(failed)
        .onConflict((clash) => clash.doNothing())
        .execute();
      const kept = db.selectFrom("failed_webhooks").select("at").orderBy("at", "desc").offset(MOST_FAILED);
      await db.deleteFrom("failed_webhooks").where("at", "<=", kept.limit(1)).execute();
    }),
  failedWebhooks: (limit) =>
    ask(async (db) => {
      const query = db.selectFrom("failed_webhooks").selectAll().orderBy("at", "desc").limit(limit);
      return (await query.execute()).map(({ at, ...row }) => ({ ...row, at: at.getTime() }));
    }),
  webhookPlaces: () =>
    ask(async (db) => {
      const rows = await db.selectFrom("webhooks").selectAll().execute();
      return rows.map((row) => ({ name: row.name, ...placeOf(row) }));
    }),
});

const later = (ms: number) => sql<Date>`now() + make_interval(secs => ${ms / 1000})`;

const placeOf = ({ upto, tries, since, trouble }: Omit<Place, "since"> & { since: Date | null }): Place => {
  return { upto, tries, since: since?.getTime() ?? null, trouble };
};
