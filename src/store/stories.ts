import type { Kysely } from "kysely";
import { Fault } from "../base/fault.ts";
import type { Ask } from "./database.ts";
import type { Json, StoryState, Tables } from "./tables.ts";

export type NewStory = {
  readonly kind: string;
  readonly lane: string;
  readonly subject: Json;
  readonly by: string;
};
export type KeptStory = NewStory & {
  readonly id: number;
  readonly at: number; // when it was asked for, milliseconds since 1970
  readonly state: StoryState;
  readonly says: string | null; // how it ended
  readonly cancelledBy: string | null;
  readonly endedAt: number | null;
  readonly entries: readonly KeptEntry[];
};
export type KeptEntry = {
  readonly seq: number;
  readonly at: number;
  readonly act: string;
  readonly outcome: Json;
};

/** Stories as everybody may ask for them, read them and cancel them; telling them is story-home.ts. */
export type Stories = {
  /** Its number. */
  askStory(story: NewStory): Promise<number>;
  story(id: number): Promise<KeptStory>;
  /** The newest first; of a lane, or of all. */
  stories(of: { readonly lane?: string; readonly limit: number }): Promise<KeptStory[]>;
  /** False when it has ended already. */
  cancelStory(id: number, by: string): Promise<boolean>;
};

export function storiesIn(ask: Ask): Stories {
  return {
    askStory: ({ by, subject, ...story }) =>
      ask(async (db) => {
        const row = { ...story, subject: JSON.stringify(subject), asked_by: by };
        const { id } = await db.insertInto("stories").values(row).returning("id").executeTakeFirstOrThrow();
        return id;
      }),
    story: (id) =>
      ask(async (db) => {
        const row = await db.selectFrom("stories").selectAll().where("id", "=", id).executeTakeFirst();
        if (row === undefined) throw new Fault("story.unknown", { id: `${id}` });
        return storyOf(row, await entriesOf(db, [id]));
      }),
    stories: ({ lane, limit }) =>
      ask(async (db) => {
        const all = db.selectFrom("stories").selectAll().orderBy("id", "desc").limit(limit);
        const rows = await (lane === undefined ? all : all.where("lane", "=", lane)).execute();
        const entries = await entriesOf(
          db,
          rows.map(({ id }) => id),
        );
        return rows.map((row) => storyOf(row, entries));
      }),
    cancelStory: (id, by) =>
      ask(async (db) => {
        const { numUpdatedRows } = await db
          .updateTable("stories")
          .set({ cancelled_by: by, rests_until: null }) // whoever rests hears of it now
          .where("id", "=", id)
          .where("state", "=", "open")
          .where("cancelled_by", "is", null)
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
  };
}

type EntryRow = KeptEntry & { readonly story: number };

async function entriesOf(db: Kysely<Tables>, ids: readonly number[]): Promise<EntryRow[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom("story_entries")
    .selectAll()
    .where("story_id", "in", [...ids])
    .orderBy("seq")
    .execute();
  return rows.map(({ story_id, at, ...row }) => ({ ...row, at: at.getTime(), story: story_id }));
}

type Row = {
  id: number;
  kind: string;
  lane: string;
  subject: Json;
  asked_by: string;
  asked_at: Date;
  state: StoryState;
  says: string | null;
  cancelled_by: string | null;
  ended_at: Date | null;
};

const storyOf = (row: Row, entries: readonly EntryRow[]): KeptStory => ({
  ...{ id: row.id, kind: row.kind, lane: row.lane, subject: row.subject, by: row.asked_by },
  ...{ at: row.asked_at.getTime(), state: row.state, says: row.says, cancelledBy: row.cancelled_by },
  endedAt: row.ended_at?.getTime() ?? null,
  entries: entries
    .filter(({ story }) => story === row.id)
    .map(({ seq, at, act, outcome }) => ({ seq, at, act, outcome })),
});
