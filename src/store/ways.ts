import type { Ask } from "./database.ts";

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
        const rows = await db
          .selectFrom("worked_ways")
          .innerJoin("machines", "machines.id", "worked_ways.machine_id")
          .select(["mac", "asker", "way", "at"])
          .where("machines.name", "=", machine)
          .orderBy("mac")
          .orderBy("asker")
          .execute();
        return rows.map((row) => ({ ...row, at: row.at.getTime() }));
      }),
  };
}
