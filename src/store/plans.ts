import type { Kysely, Transaction } from "kysely";
import { Fault } from "../base/fault.ts";
import type { Ask } from "./database.ts";
import type { Secrets } from "./secrets.ts";
import type { PlanKind, Tables } from "./tables.ts";

/** What a machine gets when it next asks the network: armed by a person, good once. */
export type Plan = {
  readonly id: number;
  readonly kind: PlanKind;
  readonly image: string | null;
  readonly preseed?: true; // it carries one that the machine has not fetched
  readonly state: "armed" | "used";
  readonly by: string;
  readonly at: number; // when it was armed, milliseconds since 1970
  readonly usedAt: number | null;
};
export type Arming = {
  readonly kind: PlanKind;
  readonly image: string | null;
  readonly by: string;
  readonly preseed?: string | undefined;
};

export type Plans = {
  /** A plan that was armed before is cancelled: at most one waits. */
  armPlan(machine: string, arming: Arming): Promise<Plan>;
  /** The plan that is armed, else the last one unless it was cancelled; none for a machine that is gone. */
  planOf(machine: string): Promise<Plan | null>;
  /** Of all machines that have one, by name. */
  plans(): Promise<Map<string, Plan>>;
  /** Uses up the armed plan, or only that `plan` if it is still armed; null when there is none. */
  usePlan(machine: string, at: number, plan?: number): Promise<Plan | null>;
  cancelPlan(machine: string): Promise<boolean>;
  /** Of the plan that `planOf` tells; none once it is forgotten. */
  preseedOf(machine: string): Promise<string | null>;
  forgetPreseed(machine: string, plan: number): Promise<void>;
};

export function plansIn(ask: Ask, secrets: Secrets): Plans {
  const sealed = (machine: string, { preseed }: Arming) =>
    preseed === undefined ? null : secrets.seal(preseed, about(machine));
  return {
    armPlan: (machine, arming) =>
      ask((db) => db.transaction().execute((tx) => arm(tx, machine, arming, sealed(machine, arming)))),
    planOf: (machine) => ask((db) => last(db, machine)),
    plans: () =>
      ask(async (db) => {
        const newest = db.selectFrom("boot_plans").selectAll().distinctOn("machine_id");
        const rows = await db
          .selectFrom(newest.orderBy("machine_id").orderBy("id", "desc").as("plan"))
          .innerJoin("machines", "machines.id", "plan.machine_id")
          .selectAll("plan")
          .select("machines.name as machine")
          .where("plan.state", "!=", "cancelled")
          .execute();
        return new Map(rows.map(({ machine, ...row }) => [machine, planOf(row)]));
      }),
    usePlan: (machine, at, plan) => ask((db) => use(db, { machine, at, plan })),
    cancelPlan: (machine) =>
      ask(async (db) => {
        const id = await idOf(db, machine);
        const { numUpdatedRows } = await armed(db, id).set(CANCELLED).executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
    preseedOf: (machine) =>
      ask(async (db) => {
        const row = await lastRow(db, machine);
        if (!row?.preseed || row.state === "cancelled") return null;
        const text = secrets.open(row.preseed, about(machine));
        if (text === undefined) throw new Fault("store.secret-lost", { machine, file: secrets.file });
        return text;
      }),
    forgetPreseed: (machine, plan) =>
      ask(async (db) => {
        const id = await idOf(db, machine);
        const query = db.updateTable("boot_plans").set({ preseed: null });
        await query.where("machine_id", "=", id).where("id", "=", plan).execute();
      }),
  };
}

const about = (machine: string): string => `preseed of ${machine}`;
const CANCELLED = { state: "cancelled", preseed: null } as const;

type Db = Kysely<Tables> | Transaction<Tables>;

async function arm(
  tx: Transaction<Tables>,
  machine: string,
  { kind, image, by }: Arming,
  preseed: string | null,
): Promise<Plan> {
  const query = tx.selectFrom("machines").select("id").where("name", "=", machine).forUpdate();
  const found = await query.executeTakeFirst(); // locked: two who arm at once come one after the other
  if (!found) throw new Fault("machine.unknown", { name: machine });
  await armed(tx, found.id).set({ state: "cancelled" }).execute();
  const before = tx.updateTable("boot_plans").set({ preseed: null }).where("machine_id", "=", found.id);
  await before.where("preseed", "is not", null).execute(); // what nobody fetched is for nobody any more
  const planned = { machine_id: found.id, kind, image, preseed, state: "armed" } as const;
  const values = { ...planned, armed_by: by, used_at: null };
  const row = await tx.insertInto("boot_plans").values(values).returningAll().executeTakeFirstOrThrow();
  return planOf(row);
}

async function last(db: Db, machine: string): Promise<Plan | null> {
  const row = await lastRow(db, machine);
  return row && row.state !== "cancelled" ? planOf(row) : null;
}

const lastRow = (db: Db, machine: string) =>
  db
    .selectFrom("boot_plans")
    .innerJoin("machines", "machines.id", "boot_plans.machine_id")
    .selectAll("boot_plans")
    .where("machines.name", "=", machine)
    .orderBy("boot_plans.id", "desc") // arming cancels what was armed, so the last one is the armed one
    .executeTakeFirst();

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
  preseed: string | null;
  state: "armed" | "used" | "cancelled";
  armed_by: string;
  armed_at: Date;
  used_at: Date | null;
};

function planOf({ id, kind, image, preseed, state, armed_by, armed_at, used_at }: Row): Plan {
  if (state === "cancelled") throw new Error(`plan ${id} is cancelled`);
  const times = { at: armed_at.getTime(), usedAt: used_at?.getTime() ?? null };
  return { id, kind, image, state, by: armed_by, ...times, ...(preseed === null ? {} : { preseed: true }) };
}
