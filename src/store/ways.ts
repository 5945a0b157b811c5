import type { Kysely } from "kysely";
import type { Ask } from "./database.ts";
import type { Tables } from "./tables.ts";

/** By which way a machine's firmware got on when it was answered. */
export type WorkedWay = {
  readonly mac: string;
  readonly asker: string; // rom, ipxe, http
  readonly way: string;
  readonly at: number;
};
export type Ways = {
  /** The latest for each address and asker; nothing of a machine that is gone. */
  rememberWay(machine: string, way: WorkedWay): Promise<void>;
  waysOf(machine: string): Promise<WorkedWay[]>;
  /** Of all machines, by name. */
  ways(): Promise<Map<string, WorkedWay[]>>;
};

export function waysIn(ask: Ask): Ways {
  return {
    rememberWay: (machine, { mac, asker, way, at }) =>
      ask(async (db) => {
        const found = await db
          .selectFrom("machines")
          .select("id")
          .where("name", "=", machine)
          .executeTakeFirst();
        if (found === undefined) return;
        const row = { machine_id: found.id, mac, asker, way, at: new Date(at) };
        await db
          .insertInto("worked_ways")
          .values(row)
          .onConflict((clash) =>
            clash.columns(["machine_id", "mac", "asker"]).doUpdateSet({ way, at: row.at }),
          )
          .execute();
      }),
    waysOf: (machine) =>
      ask(async (db) => {
        const rows = await all(db).where("machines.name", "=", machine).execute();
        return rows.map(wayOf);
      }),
    ways: () =>
      ask(async (db) => {
        const found = new Map<string, WorkedWay[]>();
        for (const row of await all(db).execute())
          found.set(row.machine, [...(found.get(row.machine) ?? []), wayOf(row)]);
        return found;
      }),
  };
}

const all = (db: Kysely<Tables>) =>
  db
    .selectFrom("worked_ways")
    .innerJoin("machines", "machines.id", "worked_ways.machine_id")
    .select(["mac", "asker", "way", "at", "machines.name as machine"])
    .orderBy("mac")
    .orderBy("asker");

const wayOf = ({ mac, asker, way, at }: Omit<WorkedWay, "at"> & { at: Date }): WorkedWay => {
  return { mac, asker, way, at: at.getTime() };
};
