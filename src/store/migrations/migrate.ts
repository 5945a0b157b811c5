import { type Kysely, type Migration, Migrator } from "kysely";
import { Fault, reason } from "../../base/fault.ts";
import { isLost } from "../database.ts";
import { firstTables } from "./0001-first-tables.ts";
import { leases } from "./0002-leases.ts";
import { stories } from "./0004-stories.ts";
import { bootPlans } from "./0005-boot-plans.ts";
import { inventory } from "./0010-inventory.ts";
import { timeline } from "./0011-timeline.ts";
import { discovered } from "./0012-discovered.ts";
import { webhooks } from "./0013-webhooks.ts";
import { foundInMachines } from "./0030-found-in-machines.ts";
import { noRecordings } from "./0040-no-recordings.ts";
import { installed } from "./0050-installed.ts";

/** In order of their names, for ever. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001-first-tables": firstTables,
  "0002-leases": leases,
  "0004-stories": stories,
  "0005-boot-plans": bootPlans,
  "0010-inventory": inventory,
  "0011-timeline": timeline,
  "0012-discovered": discovered,
  "0013-webhooks": webhooks,
  "0030-found-in-machines": foundInMachines,
  "0040-no-recordings": noRecordings,
  "0050-installed": installed,
};

/** Brings the tables up to date in one transaction; services that start together wait for one another. */
export async function migrate<T>(db: Kysely<T>, database: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  if (isLost(error)) throw error; // the tables are not to blame
  throw new Fault("store.not-migrated", { database, why: reason(error) }, error);
}
