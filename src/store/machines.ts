import { type Kysely, sql, type Transaction } from "kysely";
import { Fault } from "../base/fault.ts";
import type { Mac } from "../base/mac.ts";
import { aboutBmc, type BmcLogins, bmcLoginsIn, sealedBmc } from "./bmc-logins.ts";
import type { Ask } from "./database.ts";
import type { Secrets } from "./secrets.ts";
import type { Firmware, Installed, Labels, Loader, SealedBmc, Tables } from "./tables.ts";

export type Bmc = Omit<SealedBmc, "sealed" | "offered"> & { readonly lacksPassword?: true };
export type BmcLogin = Omit<Bmc, "lacksPassword"> & { readonly password: string };
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
  readonly declaredIn: string | null; // the file that declares it
  readonly labels: Labels;
  readonly installed: Installed | null;
};
export type NewMachine = Omit<Machine, "bmc" | "labels" | "declaredIn" | "installed"> & {
  readonly bmc: BmcLogin | null;
  readonly labels?: Labels; // not given: as they are
};
/** What is given is set anew. */
export type MachineChange = Partial<
  Pick<Machine, "macs" | "firmware" | "serial" | "redirected" | "loader" | "segment">
> & { readonly relabel?: (labels: Labels) => Labels };

export type Machines = {
  addMachine(machine: NewMachine): Promise<void>;
  /** Adds it, or makes the one of that name be like this; an agent never overwrites what a person added. */
  setMachine(machine: NewMachine): Promise<void>;
  machines(): Promise<Machine[]>;
  machine(name: string): Promise<Machine>;
  changeMachine(name: string, change: MachineChange): Promise<void>;
  removeMachine(name: string): Promise<void>;
  /** None for a machine without a BMC, and for one that is gone. */
  bmcLogin(name: string): Promise<BmcLogin | null>;
} & BmcLogins;

export function machinesIn(ask: Ask, secrets: Secrets): Machines {
  const row = (machine: NewMachine) => rowOf(machine, secrets);
  return {
    addMachine: (machine) => ask((db) => asked(machine, () => insert(db, machine, row(machine)))),
    setMachine: (machine) => ask((db) => asked(machine, () => upsert(db, machine, row(machine)))),
    changeMachine: (name, change) =>
      ask((db) =>
        asked({ name, macs: change.macs ?? [] }, () =>
          db.transaction().execute((tx) => alter(tx, name, change)),
        ),
      ),
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

export const select = (db: Db) =>
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

export function machineOf(row: Row): Machine {
  const { name, macs, firmware, serial, redirected, loader, segment, bmc, labels, installed } = row;
  const owner = { declaredBy: row.declared_by, declaredIn: row.declared_in };
  const whole = { name, macs, firmware, serial, redirected, loader, segment, labels, installed };
  return { ...whole, bmc: bmc && shown(bmc), ...owner };
}

function shown({ sealed, offered: _, ...bmc }: SealedBmc): Bmc {
  const lacks = sealed === null && bmc.driver !== "command"; // a command needs none
  return { ...bmc, ...(lacks && { lacksPassword: true }) };
}

function rowOf({ macs: _, bmc, declaredBy, labels, ...columns }: NewMachine, secrets: Secrets) {
  const { name, firmware, serial, redirected, loader, segment } = columns;
  const column = bmc && JSON.stringify(sealedBmc(name, bmc, secrets));
  const said = labels === undefined ? {} : { labels: JSON.stringify(labels) };
  return {
    name,
    firmware,
    serial,
    redirected,
    loader,
    segment,
    bmc: column,
    declared_by: declaredBy,
    ...said,
  };
}

function openBmc(machine: string, bmc: SealedBmc | null, secrets: Secrets): BmcLogin | null {
  if (bmc === null) return null;
  const { sealed, offered: _, ...shown } = bmc;
  if (sealed === null) return bmc.driver === "command" ? { ...shown, password: "" } : null;
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

async function alter(
  tx: Transaction<Tables>,
  name: string,
  { macs, relabel, ...columns }: MachineChange,
): Promise<void> {
  const query = tx.selectFrom("machines").select(["id", "labels"]).where("name", "=", name);
  const row = await query.forUpdate().executeTakeFirst();
  if (row === undefined) throw new Fault("machine.unknown", { name });
  const set = { ...columns, ...(relabel && { labels: JSON.stringify(relabel(row.labels)) }) };
  const update = tx.updateTable("machines").set(set).where("id", "=", row.id);
  if (Object.keys(set).length > 0) await update.execute();
  if (macs !== undefined) await setMacs(tx, row.id, macs);
}

export async function setMacs(tx: Transaction<Tables>, id: number, macs: readonly Mac[]): Promise<void> {
  await tx.deleteFrom("machine_macs").where("machine_id", "=", id).execute();
  const rows = [...new Set(macs)].map((mac, place) => ({ mac, place, machine_id: id }));
  if (rows.length > 0) await tx.insertInto("machine_macs").values(rows).execute();
}

export async function asked(
  machine: Pick<NewMachine, "name" | "macs">,
  write: () => Promise<void>,
): Promise<void> {
  try {
    await write();
  } catch (thrown) {
    const { code, detail = "" } = thrown as { code?: string; detail?: string };
    if (code !== "23505") throw thrown; // unique_violation
    throw exists(machine, /\(mac\)=\(([^)]+)\)/.exec(detail)?.[1] ?? machine.macs[0], thrown);
  }
}

const exists = ({ name }: Pick<NewMachine, "name">, mac: string | undefined, thrown?: unknown): Fault =>
  new Fault("machine.exists", { name, mac: mac ?? "none" }, thrown);
