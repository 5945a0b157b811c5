import type { Ask } from "./database.ts";
import type { Json } from "./tables.ts";

/** What a live hand found in its machine. */
export type Found = { readonly boot: string; readonly readAt: number; readonly told: Json };
export type FoundInMachines = {
  /** The latest takes the place of the one before; of a machine that is gone nothing is kept. */
  keepFound(machine: string, found: Found): Promise<void>;
  foundIn(machine: string): Promise<Found | null>;
};

export function foundInMachinesIn(ask: Ask): FoundInMachines {
  return {
    keepFound: (machine, { boot, readAt, told }) =>
      ask(async (db) => {
        const query = db.selectFrom("machines").select("id").where("name", "=", machine);
        const row = await query.executeTakeFirst();
        if (row === undefined) return;
        const columns = { boot, read_at: new Date(readAt), told: JSON.stringify(told) };
        await db
          .insertInto("found_in_machines")
          .values({ machine_id: row.id, ...columns })
          .onConflict((clash) => clash.column("machine_id").doUpdateSet(columns))
          .execute();
      }),
    foundIn: (machine) =>
      ask(async (db) => {
        const row = await db
          .selectFrom("found_in_machines")
          .innerJoin("machines", "machines.id", "found_in_machines.machine_id")
          .select(["boot", "read_at", "told"])
          .where("machines.name", "=", machine)
          .executeTakeFirst();
        return row === undefined ? null : { boot: row.boot, readAt: row.read_at.getTime(), told: row.told };
      }),
  };
}
