import { type Kysely, sql, type Transaction } from "kysely";
import { Fault } from "../base/fault.ts";
import type { Mac } from "../base/mac.ts";
import { aboutBmc, type BmcLogins, bmcLoginsIn, sealedBmc } from "./bmc-logins.ts";
import type { Ask } from "./database.ts";
import type { Secrets } from "./secrets.ts";
import type { Firmware, Loader, SealedBmc, Tables } from "./tables.ts";

export type Bmc = Omit<SealedBmc, "sealed" | "offered">;
export type BmcLogin = Bmc & { readonly password: string };
export type Machine = {
  readonly name: string;
  readonly macs: readonly Mac[];
  readonly firmware: Firmware;
  readonly serial: string; // a serial profile such as ttyS1,115200n8
  readonly redirected: boolean; // the firmware copies its screen to the serial port
  readonly loader: Loader;
  readonly segment: string;
  readonly bmc: Bmc | null; // its password only by bmcLogin
  readonly declaredBy: string | null; // the agent it comes with; null: a person added it
};
export type NewMachine = Omit<Machine, "bmc"> & { readonly bmc: BmcLogin | null };

export type Machines = {
  addMachine(machine: NewMachine): Promise<void>;
  /** Adds it, or makes the one of that name be like this; an agent never overwrites what a person added. */
  setMachine(machine: NewMachine): Promise<void>;
  machines(): Promise<Machine[]>;
  machine(name: string): Promise<Machine>;
  removeMachine(name: string): Promise<void>;
  /** None for a machine without a BMC, and for one that is gone. */
  bmcLogin(name: string): Promise<BmcLogin | null>;
} & BmcLogins;

export function machinesIn(ask: Ask, secrets: Secrets): Machines {
  const row = (machine: NewMachine) => rowOf(machine, secrets);
  return {
    addMachine: (machine) => ask((db) => asked(machine, () => insert(db, machine, row(machine)))),
    setMachine: (machine) => ask((db) => asked(machine, () => upsert(db, machine, row(machine)))),
    machines: () => ask(async (db) => (await select(db).orderBy("name").execute()).map(machineOf)),
    machine: (name) => ask(async (db) => machineOf(await one(db, name))),
    removeMachine: (name) =>
      ask(async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom("machines")
          .where("name", "=", name)
          .executeTakeFirst();
        if (numDeletedRows === 0n) throw new Fault("machine.unknown", { name });
      }),
    bmcLogin: (name) =>
      ask(async (db) => {
        const found = await select(db).where("name", "=", name).executeTakeFirst();
        return found ? openBmc(name, found.bmc, secrets) : null;
      }),
    ...bmcLoginsIn(ask, secrets),
  };
}

type Db = Kysely<Tables> | Transaction<Tables>;

const select = (db: Db) =>
  db
    .selectFrom("machines")
    .selectAll()
    .select(
      sql<Mac[]>`array(select mac from machine_macs where machine_id = machines.id order by place)`.as(
        "macs",
      ),
    );

type Row = Awaited<ReturnType<ReturnType<typeof select>["execute"]>>[number];

async function one(db: Db, name: string): Promise<Row> {
  const row = await select(db).where("name", "=", name).executeTakeFirst();
  if (!row) throw new Fault("machine.unknown", { name });
  return row;
}

function machineOf(row: Row): Machine {
  const { name, macs, firmware, serial, redirected, loader, segment, bmc, declared_by } = row;
  const { sealed: _, offered: __, ...shown } = bmc ?? { sealed: "" };
  const bmcAndOwner = { bmc: bmc && (shown as Bmc), declaredBy: declared_by };
  return { name, macs, firmware, serial, redirected, loader, segment, ...bmcAndOwner };
}

function rowOf({ macs: _, bmc, declaredBy, ...columns }: NewMachine, secrets: Secrets) {
  const { name, firmware, serial, redirected, loader, segment } = columns;
  const column = bmc && JSON.stringify(sealedBmc(name, bmc, secrets));
  return { name, firmware, serial, redirected, loader, segment, bmc: column, declared_by: declaredBy };
}

function openBmc(machine: string, bmc: SealedBmc | null, secrets: Secrets): BmcLogin | null {
  if (bmc === null) return null;
  const { sealed, offered: _, ...shown } = bmc;
  const password = secrets.open(sealed, aboutBmc(machine));
  if (password === undefined) throw new Fault("store.secret-lost", { machine, file: secrets.file });
  return { ...shown, password };
}

const insert = (db: Kysely<Tables>, { macs }: NewMachine, row: ReturnType<typeof rowOf>) =>
  db.transaction().execute(async (tx) => {
    const { id } = await tx.insertInto("machines").values(row).returning("id").executeTakeFirstOrThrow();
    await setMacs(tx, id, macs);
  });

const upsert = (db: Kysely<Tables>, machine: NewMachine, row: ReturnType<typeof rowOf>) =>
  db.transaction().execute(async (tx) => {
    const set = await tx
      .insertInto("machines")
      .values(row)
      .onConflict((clash) =>
        clash
          .column("name")
          .doUpdateSet(row)
          .where((is) =>
            is.or([is("machines.declared_by", "is not", null), is.val(machine.declaredBy === null)]),
          ),
      )
      .returning("id")
      .executeTakeFirst();
    if (!set) throw exists(machine, machine.macs[0]);
    await setMacs(tx, set.id, machine.macs);
  });

async function setMacs(tx: Transaction<Tables>, id: number, macs: readonly Mac[]): Promise<void> {
  await tx.deleteFrom("machine_macs").where("machine_id", "=", id).execute();
  const rows = [...new Set(macs)].map((mac, place) => ({ mac, place, machine_id: id }));
  if (rows.length > 0) await tx.insertInto("machine_macs").values(rows).execute();
}

async function asked(machine: NewMachine, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (thrown) {
    const { code, detail = "" } = thrown as { code?: string; detail?: string };
    if (code !== "23505") throw thrown; // unique_violation
    throw exists(machine, /\(mac\)=\(([^)]+)\)/.exec(detail)?.[1] ?? machine.macs[0], thrown);
  }
}

const exists = ({ name }: NewMachine, mac: string | undefined, thrown?: unknown): Fault =>
  new Fault("machine.exists", { name, mac: mac ?? "none" }, thrown);
