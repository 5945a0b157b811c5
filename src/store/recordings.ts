import { type Selectable, sql } from "kysely";
import type { Ask } from "./database.ts";
import type { Tables } from "./tables.ts";

/** Where a console's recording lies; the file itself is not in the database. */
export type Recording = {
  readonly id: number;
  readonly machine: string;
  readonly path: string;
  readonly startedAt: number;
  readonly endedAt: number | null; // null: it still runs, or its recorder was killed
  readonly bytes: number;
  readonly sha256: string | null;
};
export type RecordingNote = Pick<Recording, "machine" | "path" | "startedAt"> &
  Partial<Pick<Recording, "endedAt" | "bytes" | "sha256">>;

export type Recordings = {
  /** Once when it starts and again when it ends; the same note twice changes nothing. */
  noteRecording(note: RecordingNote): Promise<Recording>;
  /** The newest first. */
  recordings(machine: string): Promise<Recording[]>;
};

export function recordingsIn(ask: Ask): Recordings {
  return {
    noteRecording: (note) =>
      ask(async (db) => {
        const row = rowOf(note);
        const noted = await db
          .insertInto("recordings")
          .values(row)
          .onConflict((clash) =>
            clash.columns(["machine", "path"]).doUpdateSet({
              // a start that is told late reopens nothing
              ended_at: sql`coalesce(excluded.ended_at, recordings.ended_at)`,
              bytes: sql`greatest(excluded.bytes, recordings.bytes)`,
              sha256: sql`coalesce(excluded.sha256, recordings.sha256)`,
            }),
          )
          .returningAll()
          .executeTakeFirstOrThrow();
        return recordingOf(noted);
      }),
    recordings: (machine) =>
      ask(async (db) => {
        const query = db.selectFrom("recordings").selectAll().where("machine", "=", machine);
        const rows = await query.orderBy("started_at", "desc").orderBy("id", "desc").execute();
        return rows.map(recordingOf);
      }),
  };
}

function rowOf({ machine, path, startedAt, endedAt = null, bytes = 0, sha256 = null }: RecordingNote) {
  const ended_at = endedAt === null ? null : new Date(endedAt);
  return { machine, path, started_at: new Date(startedAt), ended_at, bytes, sha256 };
}

function recordingOf(row: Selectable<Tables["recordings"]>): Recording {
  const { id, machine, path, started_at, ended_at, bytes, sha256 } = row;
  const endedAt = ended_at?.getTime() ?? null;
  return { id, machine, path, startedAt: started_at.getTime(), endedAt, bytes, sha256 };
}
