import { type Kysely, sql } from "kysely";
import type { Ask } from "./database.ts";
import { eventOf, type StoredEvent } from "./events.ts";
import type { Tables } from "./tables.ts";

/** An address that asked the network and belongs to no machine on record. */
export type Proposal = {
  readonly mac: string;
  readonly agent: string; // that heard it last
  readonly event: StoredEvent; // its last
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly firmware: string | null; // as its packets name it
  readonly machineId: string | null; // option 97, in hexadecimal
};

export type Discovered = {
  /** Those that were heard last. */
  proposals(limit: number): Promise<Proposal[]>;
  /** Until it is heard anew; false when it was not heard since it was forgotten. */
  forgetProposal(mac: string): Promise<boolean>;
};

export const discoveredIn = (ask: Ask): Discovered => ({
  proposals: (limit) => ask((db) => proposals(db, limit)),
  forgetProposal: (mac) =>
    ask(async (db) => {
      const { rows } = await sql<{ upto: number }>`
        insert into forgotten_macs as f (mac, upto)
        select ${mac}, max(id) from events where mac = ${mac} having max(id) is not null
        on conflict (mac) do update set upto = excluded.upto where f.upto < excluded.upto
        returning upto`.execute(db);
      return rows.length > 0;
    }),
});

type Row = {
  readonly mac: string;
  readonly newest: number;
  readonly first_seen: Date;
  readonly last_seen: Date;
  readonly firmware: string | null;
  readonly machine_id: string | null;
};

async function proposals(db: Kysely<Tables>, limit: number): Promise<Proposal[]> {
  const { rows } = await sql<Row>`
    select mac, max(id) as newest, min(at) as first_seen, max(at) as last_seen,
      (array_agg(detail ->> 'firmware' order by id desc) filter (where detail ->> 'firmware' is not null))[1]
        as firmware,
      (array_agg(detail ->> 'machineId' order by id desc) filter (where detail ->> 'machineId' is not null))[1]
        as machine_id
    from events left join forgotten_macs f using (mac)
    where mac is not null and kind like 'dhcp.%' and id > coalesce(f.upto, 0)
      and not exists (select from machine_macs known where known.mac = events.mac)
    group by mac order by newest desc limit ${limit}`.execute(db);
  if (rows.length === 0) return [];
  const ids = rows.map(({ newest }) => newest);
  const events = await db.selectFrom("events").selectAll().where("id", "in", ids).execute();
  const byId = new Map(events.map((event) => [event.id, event]));
  return rows.map(({ mac, newest, first_seen, last_seen, firmware, machine_id }) => {
    const event = byId.get(newest)!;
    const seen = { firstSeen: first_seen.getTime(), lastSeen: last_seen.getTime() };
    return { mac, agent: event.agent, event: eventOf(event), ...seen, firmware, machineId: machine_id };
  });
}
