import type { Kysely, Transaction } from "kysely";
import { Fault } from "../base/fault.ts";
import type { Ask } from "./database.ts";
import type { PlanKind, Tables } from "./tables.ts";

/** What a machine gets when it next asks the network: armed by a person, good once. */
export type Plan = {
  readonly id: number;
  readonly kind: PlanKind;
  readonly image: string | null;
  readonly state: "armed" | "used";
  readonly by: string;
  readonly at: number; // when it was armed, milliseconds since 1970
  readonly usedAt: number | null;
};
export type Arming = { readonly kind: PlanKind; readonly image: string | null; readonly by: string };

export type Plans = {
  /** A plan that was armed before is cancelled: at most one waits. */
  armPlan(machine: string, arming: Arming): Promise<Plan>;
  /** The plan that is armed, else the last one unless it was cancelled; none for a machine that is gone. */
  planOf(machine: string): Promise<Plan | null>;
  /** Uses up the armed plan, or only that `plan` if it is still armed; null when there is none. */
  usePlan(machine: string, at: number, plan?: number): Promise<Plan | null>;
  cancelPlan(machine: string): Promise<boolean>;
};

export function plansIn(ask: Ask): Plans {
  return {
    armPlan: (machine, arming) => ask((db) => db.transaction().execute((tx) => arm(tx, machine, arming))),
    planOf: (machine) => ask((db) => last(db, machine)),
    usePlan: (machine, at, plan) => ask((db) => use(db, { machine, at, plan })),
    cancelPlan: (machine) =>
      ask(async (db) => {
        const id = await idOf(db, machine);
        const { numUpdatedRows } = await armed(db, id).set({ state: "cancelled" }).executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
  };
}

type Db = Kysely<Tables> | Transaction<Tables>;

async function arm(tx: Transaction<Tables>, machine: string, { kind, image, by }: Arming): Promise<Plan> {
  const query = tx.selectFrom("machines").select("id").where("name", "=", machine).forUpdate();
  const found = await query.executeTakeFirst(); // locked: two who arm at once come one after the other
  if (!found) throw new Fault("machine.unknown", { name: machine });
  await armed(tx, found.id).set({ state: "cancelled" }).execute();
  const values = { machine_id: found.id, kind, image, state: "armed", armed_by: by, used_at: null } as const;
  const row = await tx.insertInto("boot_plans").values(values).returningAll().executeTakeFirstOrThrow();
  return planOf(row);
}

async function last(db: Db, machine: string): Promise<Plan | null> {
  const row = await db
    .selectFrom("boot_plans")
    .innerJoin("machines", "machines.id", "boot_plans.machine_id")
    .selectAll("boot_plans")
    .where("machines.name", "=", machine)
    .orderBy("boot_plans.id", "desc") // arming cancels what was armed, so the last one is the armed one
    .executeTakeFirst();
  return row && row.state !== "cancelled" ? planOf(row) : null;
}

type Use = { readonly machine: string; readonly at: number; readonly plan: number | undefined };

async function use(db: Db, { machine, at, plan }: Use): Promise<Plan | null> {
  const id = await idOf(db, machine);
  const query = armed(db, id).set({ state: "used", used_at: new Date(at) });
  const one = plan === undefined ? query : query.where("id", "=", plan);
  const row = await one.returningAll().executeTakeFirst();
  return row ? planOf(row) : null;
}

const armed = (db: Db, machine: number) =>
  db.updateTable("boot_plans").where("machine_id", "=", machine).where("state", "=", "armed");

async function idOf(db: Db, name: string): Promise<number> {
  const row = await db.selectFrom("machines").select("id").where("name", "=", name).executeTakeFirst();
  if (!row) throw new Fault("machine.unknown", { name });
  return row.id;
}

type Row = {
  id: number;
  kind: PlanKind;
  image: string | null;
  state: "armed" | "used" | "cancelled";
  armed_by: string;
  armed_at: Date;
  used_at: Date | null;
};

function planOf({ id, kind, image, state, armed_by, armed_at, used_at }: Row): Plan {
  if (state === "cancelled") throw new Error(`plan ${id} is cancelled`);
  return { id, kind, image, state, by: armed_by, at: armed_at.getTime(), usedAt: used_at?.getTime() ?? null };
}
