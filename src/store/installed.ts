import type { Ask } from "./database.ts";
import type { Installed } from "./tables.ts";

export type KeepsInstalled = {
  /** Null: what was there is gone, or may be. Of a machine that is off the record nothing is kept. */
  markInstalled(machine: string, mark: Installed | null): Promise<void>;
};

export const installedIn = (ask: Ask): KeepsInstalled => ({
  markInstalled: (machine, mark) =>
    ask(async (db) => {
      const installed = mark === null ? null : JSON.stringify(mark);
      await db.updateTable("machines").set({ installed }).where("name", "=", machine).execute();
    }),
});
