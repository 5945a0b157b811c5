import { wholeBmc } from "../api/bmc-shapes.ts";
import type { Asked } from "../api/table.ts";
import { Fault } from "../base/fault.ts";
import type { Agents } from "./agents.ts";
import type { Keeps } from "./needs.ts";

export type BmcDeskNeeds = {
  readonly store: Keeps;
  readonly agents: Pick<Agents, "ask">;
  readonly newPassword: () => string;
};
const SHORTENED = 16; // what old firmware keeps of 20 characters

/** Keeps how a BMC is reached; what is not given stays as it is. */
export async function changeBmc({ store, agents }: BmcDeskNeeds, asked: Asked<"setBmc">): Promise<string> {
  const { name, trustAnew, ...given } = asked;
  const { segment, declaredIn, bmc } = await store.machine(name);
  const now = (await store.bmcLogin(name)) ?? bmc; // one that a file declared may lack its password yet
  const changed = Object.entries(given).filter(([, value]) => value !== undefined);
  const isDeclared = declaredIn !== null && changed.some(([field]) => field !== "password");
  if (isDeclared)
    throw new Fault("machine.declared", { name, file: declaredIn, what: "how its BMC is reached" });
  if (changed.length > 0) {
    // another driver has another port, unless one is given
    const { port, ...rest } = { ...now, ...(given.driver === undefined ? {} : { port: undefined }) };
    const { lacksPassword: _, ...kept } = { lacksPassword: undefined, ...rest };
    const login = { ...kept, ...(port === undefined ? {} : { port }), ...Object.fromEntries(changed) };
    if (!("address" in login) || !("user" in login) || !("password" in login)) {
      throw new Fault("machine.no-bmc", { name });
    }
    await store.setBmc(name, wholeBmc(login as Parameters<typeof wholeBmc>[0]));
  }
  if (trustAnew) await agents.ask(segment, { ask: "trustAnew", machine: name });
  const what = changed.map(([field]) => field).join(", ");
  const words = [...(what === "" ? [] : [`changed: ${what}`]), ...(trustAnew ? ["trusted anew"] : [])];
  return `How the BMC of ${name} is reached is ${words.join("; ") || "as it was"}`;
}

/**
 * A random password, kept beside the old one before the BMC hears of it. Whatever is cut off in between, both
 * are kept, and the next time begins with finding out which holds.
 */
export async function securePassword(needs: BmcDeskNeeds, name: string): Promise<string> {
  const { store, newPassword } = needs;
  const earlier = await store.offeredPassword(name);
  if (earlier !== null) await settle(needs, name, earlier, false);
  const next = newPassword();
  await store.offerPassword(name, next);
  return settle(needs, name, next, true);
}

async function settle({ store, agents }: BmcDeskNeeds, name: string, next: string, sets: boolean) {
  const { segment } = await store.machine(name);
  const old = await store.bmcLogin(name);
  if (old === null) throw new Fault("machine.no-bmc", { name });
  const { kept } = await agents.ask(segment, {
    ...{ ask: "password" as const, machine: name, old: old.password, next, sets },
  });
  const holds = { old: old.password, new: next, shortened: next.slice(0, SHORTENED) }[kept];
  await store.settlePassword(name, holds);
  const length = kept === "shortened" ? `; it keeps ${SHORTENED} characters of ${next.length}` : "";
  return `The BMC of ${name} has a new random password, and took it at a login${length}`;
}
