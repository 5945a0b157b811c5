import { type Kysely, sql } from "kysely";
import type { Ask } from "./database.ts";
import type { Tables, ToldSegment } from "./tables.ts";

export type KeptSegment = ToldSegment & {
  readonly name: string;
  readonly heardAt: number;
  readonly leases: number; // those that hold
};
export type LeaseNote = {
  readonly address: string;
  readonly mac: string;
  readonly until: number;
  readonly known: boolean;
};
export type NamedLease = LeaseNote & { readonly machine: string | null };

export type Segments = {
  /** Told by its agent; one that no agent came for in a month is forgotten with its leases. */
  noteSegment(name: string, told: ToldSegment): Promise<void>;
  segments(now: number): Promise<KeptSegment[]>;
  /** With `whole` those that were there before are gone. */
  keepLeases(segment: string, leases: readonly LeaseNote[], whole: boolean): Promise<void>;
  /** In the order of their addresses, each with the machine on record that has the MAC. */
  leases(segment: string): Promise<NamedLease[]>;
};

const FORGOTTEN_AFTER = "30 days";

export function segmentsIn(ask: Ask): Segments {
  return {
    noteSegment: (name, { mode, interface: on, subnet }) =>
      ask(async (db) => {
        const told = JSON.stringify({ mode, interface: on, subnet });
        const heard = { told, heard_at: sql<Date>`now()` };
        const row = db.insertInto("segments").values({ name, told });
        await row.onConflict((clash) => clash.column("name").doUpdateSet(heard)).execute();
        const old = sql<boolean>`heard_at < now() - cast(${FORGOTTEN_AFTER} as interval)`;
        await db.deleteFrom("segments").where(old).execute();
      }),
    segments: (now) => ask((db) => all(db, now)),
    keepLeases: (segment, leases, whole) =>
      ask((db) =>
        db.transaction().execute(async (tx) => {
          if (whole) await tx.deleteFrom("leases").where("segment", "=", segment).execute();
          await keep(tx, segment, leases);
        }),
      ),
    leases: (segment) => ask((db) => named(db, segment)),
  };
}

async function all(db: Kysely<Tables>, now: number): Promise<KeptSegment[]> {
  const query = db.selectFrom("segments").select((from) => [
    ...(["name", "told", "heard_at"] as const),
    from
      .selectFrom("leases")
      .whereRef("leases.segment", "=", "segments.name")
      .where("until", ">", new Date(now))
      .select((on) => on.fn.countAll<number>().as("count"))
      .as("leases"),
  ]);
  const rows = await query.orderBy("name").execute();
  return rows.map(({ name, told, heard_at, leases }) => {
    return { ...told, name, heardAt: heard_at.getTime(), leases: leases ?? 0 };
  });
}

/** One parameter for all; a segment that was forgotten meanwhile keeps none. */
async function keep(db: Kysely<Tables>, segment: string, leases: readonly LeaseNote[]): Promise<void> {
  if (leases.length === 0) return;
  await sql`
    insert into leases (segment, address, mac, until, known)
    select ${segment}, address, mac, to_timestamp(until / 1000), known
    from jsonb_to_recordset(${JSON.stringify(leases)}::jsonb)
      as lease (address inet, mac text, until double precision, known boolean)
    where exists (select from segments where name = ${segment})
    on conflict (segment, address) do update
      set mac = excluded.mac, until = excluded.until, known = excluded.known`.execute(db);
}

async function named(db: Kysely<Tables>, segment: string): Promise<NamedLease[]> {
  const rows = await db
    .selectFrom("leases")
    .leftJoin("machine_macs", "machine_macs.mac", "leases.mac")
    .leftJoin("machines", "machines.id", "machine_macs.machine_id")
    .select(["leases.mac", "leases.until", "leases.known", "machines.name as machine"])
    .select(sql<string>`host(leases.address)`.as("address"))
    .where("leases.segment", "=", segment)
    .orderBy("leases.address")
    .execute();
  return rows.map(({ until, ...lease }) => ({ ...lease, until: until.getTime() }));
}
