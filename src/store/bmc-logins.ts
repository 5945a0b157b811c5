import { Fault } from "../base/fault.ts";
import type { Ask } from "./database.ts";
import type { Secrets } from "./secrets.ts";
import type { SealedBmc } from "./tables.ts";

type Login = Omit<SealedBmc, "sealed" | "offered"> & { readonly password: string };

/**
 * How BMCs are reached, and their passwords while they change: the new one is kept beside the old one before
 * the BMC hears of it, and either is forgotten only when the other has logged in.
 */
export type BmcLogins = {
  setBmc(name: string, login: Login): Promise<void>;
  offerPassword(name: string, password: string): Promise<void>;
  /** None when no change is under way. */
  offeredPassword(name: string): Promise<string | null>;
  /** This one logs in; the other is forgotten. */
  settlePassword(name: string, password: string): Promise<void>;
};

export const aboutBmc = (name: string): string => `bmc of ${name}`;

export function sealedBmc(name: string, { password, ...shown }: Login, secrets: Secrets): SealedBmc {
  return { ...shown, sealed: secrets.seal(password, aboutBmc(name)) };
}

export function bmcLoginsIn(ask: Ask, secrets: Secrets): BmcLogins {
  const change = (name: string, by: (bmc: SealedBmc | null) => SealedBmc) =>
    ask((db) =>
      db.transaction().execute(async (tx) => {
        const row = await tx
          .selectFrom("machines")
          .select("bmc")
          .where("name", "=", name)
          .forUpdate()
          .executeTakeFirst();
        if (row === undefined) throw new Fault("machine.unknown", { name });
        const bmc = JSON.stringify(by(row.bmc));
        await tx.updateTable("machines").set({ bmc }).where("name", "=", name).execute();
      }),
    );
  const there = (name: string, bmc: SealedBmc | null): SealedBmc => {
    if (bmc === null) throw new Fault("machine.no-bmc", { name });
    return bmc;
  };
  return {
    setBmc: (name, login) => change(name, () => sealedBmc(name, login, secrets)),
    offerPassword: (name, password) =>
      change(name, (bmc) => ({ ...there(name, bmc), offered: secrets.seal(password, aboutBmc(name)) })),
    offeredPassword: (name) =>
      ask(async (db) => {
        const row = await db.selectFrom("machines").select("bmc").where("name", "=", name).executeTakeFirst();
        if (!row?.bmc?.offered) return null;
        const opened = secrets.open(row.bmc.offered, aboutBmc(name));
        if (opened === undefined) throw new Fault("store.secret-lost", { machine: name, file: secrets.file });
        return opened;
      }),
    settlePassword: (name, password) =>
      change(name, (bmc) => {
        const { offered: _, ...rest } = there(name, bmc);
        return { ...rest, sealed: secrets.seal(password, aboutBmc(name)) };
      }),
  };
}
