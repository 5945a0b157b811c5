import { type Kysely, sql, type Transaction } from "kysely";
import type { Ask } from "./database.ts";
import { asked, type Machine, machineOf, select, setMacs } from "./machines.ts";
import type { SealedBmc, Tables } from "./tables.ts";

type Declared = Omit<Machine, "declaredBy" | "declaredIn" | "installed">;
type Declaring = {
  readonly file: string;
  /** What is to become of what there is; nothing is changed when it throws. */
  decide(kept: readonly Machine[]): {
    readonly put: readonly Declared[];
    readonly drop: readonly string[];
    readonly free: readonly string[]; // no file declares them any more
  };
};

export type Declarations = {
  /** All that a file declares, at once or not at all; passwords stay as they are kept. */
  declareMachines(declaring: Declaring): Promise<void>;
};

export const declarationsIn = (ask: Ask): Declarations => ({
  declareMachines: (declaring) =>
    ask((db) => asked({ name: declaring.file, macs: [] }, () => declare(db, declaring))),
});

/** Nobody adds or changes a machine between the look and the act. */
const declare = (db: Kysely<Tables>, { file, decide }: Declaring): Promise<void> =>
  db.transaction().execute(async (tx) => {
    await sql`lock table machines, machine_macs in share row exclusive mode`.execute(tx);
    const rows = await select(tx).orderBy("name").execute();
    const { put: wanted, drop, free } = decide(rows.map(machineOf));
    const bmcs = new Map(rows.map(({ name, bmc }) => [name, bmc]));
    await freeMacs(tx, [...wanted.map(({ name }) => name), ...drop]); // two machines may have changed places
    if (drop.length > 0)
      await tx
        .deleteFrom("machines")
        .where("name", "in", [...drop])
        .execute();
    if (free.length > 0)
      await tx
        .updateTable("machines")
        .set({ declared_in: null })
        .where("name", "in", [...free])
        .execute();
    for (const machine of wanted) await put(tx, file, machine, bmcs.get(machine.name) ?? null);
  });

async function freeMacs(tx: Transaction<Tables>, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const ids = tx
    .selectFrom("machines")
    .select("id")
    .where("name", "in", [...names]);
  await tx.deleteFrom("machine_macs").where("machine_id", "in", ids).execute();
}

async function put(
  tx: Transaction<Tables>,
  file: string,
  { macs, bmc, labels, ...columns }: Declared,
  before: SealedBmc | null,
): Promise<void> {
  const { lacksPassword: _, ...reached } = bmc ?? {};
  const secrets = { sealed: before?.sealed ?? null, ...(before?.offered && { offered: before.offered }) };
  const row = {
    ...{ ...columns, labels: JSON.stringify(labels), declared_in: file, declared_by: null },
    bmc: bmc && JSON.stringify({ ...reached, ...secrets }),
  };
  const { id } = await tx
    .insertInto("machines")
    .values(row)
    .onConflict((clash) => clash.column("name").doUpdateSet(row))
    .returning("id")
    .executeTakeFirstOrThrow();
  await setMacs(tx, id, macs);
}
