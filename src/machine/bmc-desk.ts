import type { AgentAnswers, AgentQuestion } from "../api/agent.ts";
import { wholeBmc } from "../api/bmc-shapes.ts";
import type { Machine } from "../api/shapes.ts";
import type { Answer, Asked } from "../api/table.ts";
import type { EventKind, Observed } from "../base/event.ts";
import { Fault } from "../base/fault.ts";
import type { Keeps } from "./needs.ts";
import { refuse } from "./refuse.ts";

export type BmcDeskNeeds = {
  readonly store: Keeps;
  readonly ask: <Q extends AgentQuestion>(segment: string, question: Q) => Promise<AgentAnswers[Q["ask"]]>;
  readonly newPassword: () => string;
  readonly machine: (name: string) => Promise<Machine>;
  readonly changed: (name: string) => Promise<void>; // its agent and who watches are told
  readonly now: () => number;
  readonly note: (event: Observed) => void;
};
const SHORTENED = 16; // what old firmware keeps of 20 characters

/** What people ask of BMCs: each act says who asked before it is done. */
export class BmcDesk {
  readonly #needs: BmcDeskNeeds;

  constructor(needs: BmcDeskNeeds) {
    this.#needs = needs;
  }

  async setPower({ name, act, softSeconds }: Asked<"setPower">, by: string): Promise<Answer<"setPower">> {
    const machine = await this.#needs.machine(name);
    if (act === "on" || act === "off") {
      const { power } = await this.readPower({ name });
      if (power === act) return { power }; // it is so already: nothing is done twice
    } else if (machine.power !== "unknown") refuse(act, machine);
    this.#note("power.asked", name, `${by} asked for power ${act} of ${name}`, { act, by });
    const soft = softSeconds === undefined ? {} : { softSeconds };
    return this.#needs.ask(machine.segment, { ask: "act", machine: name, act, ...soft });
  }

  readonly readPower = async ({ name }: Asked<"readPower">): Promise<Answer<"readPower">> =>
    this.#needs.ask(await this.#segment(name), { ask: "power", machine: name });

  readonly read = async ({ name, about }: Asked<"readBmc">): Promise<Answer<"readBmc">> =>
    this.#needs.ask(await this.#segment(name), { ask: "report", machine: name, about });

  async readBootDevice({ name }: Asked<"readBootDevice">): Promise<Answer<"readBootDevice">> {
    return this.#needs.ask(await this.#segment(name), { ask: "bootDevice", machine: name });
  }

  async setBootDevice(
    { name, ...set }: Asked<"setBootDevice">,
    by: string,
  ): Promise<Answer<"setBootDevice">> {
    const segment = await this.#segment(name);
    if (set.uri !== undefined && set.device !== "http")
      throw new Fault("use.wrong", {
        what: "A URI belongs to the device http.",
        verb: "machine boot-device",
      });
    const says = `${by} asked that ${name} start ${set.lasts} from ${set.device}`;
    this.#note("boot-device.asked", name, says, { ...set, by });
    return this.#needs.ask(segment, { ask: "bootDevice", machine: name, set });
  }

  async setMedia({ name, url }: Asked<"setMedia">, by: string): Promise<Answer<"setMedia">> {
    const segment = await this.#segment(name);
    const says = `${by} asked for ${url ?? "an empty virtual CD drive"} in ${name}`;
    this.#note("boot-device.asked", name, says, { url, by });
    return this.#needs.ask(segment, { ask: "media", machine: name, url });
  }

  readonly set = async (asked: Asked<"setBmc">, by: string): Promise<Machine> => {
    await this.#change(asked.name, by, changeBmc(this.#needs, asked));
    return this.#needs.machine(asked.name);
  };

  readonly secure = ({ name }: Asked<"secure">, by: string): Promise<Answer<"secure">> =>
    this.#change(name, by, securePassword(this.#needs, name));

  async #change(name: string, by: string, change: Promise<string>): Promise<{ says: string }> {
    const says = await change;
    this.#note("bmc.set", name, says, { by });
    await this.#needs.changed(name);
    return { says };
  }

  #segment = async (name: string) => (await this.#needs.store.machine(name)).segment;

  #note(kind: EventKind, machine: string, says: string, detail: Record<string, unknown>): void {
    this.#needs.note({ kind, at: this.#needs.now(), machine, says, detail });
  }
}

/** Keeps how a BMC is reached; what is not given stays as it is. */
async function changeBmc({ store, ask }: BmcDeskNeeds, asked: Asked<"setBmc">): Promise<string> {
  const { name, trustAnew, ...given } = asked;
  const { segment, declaredIn, declaredBy, bmc } = await store.machine(name);
  const now = (await store.bmcLogin(name)) ?? bmc; // one that a file declared may lack its password yet
  const changed = Object.entries(given).filter(([, value]) => value !== undefined);
  const isDeclared = declaredIn !== null && changed.some(([field]) => field !== "password");
  if (isDeclared)
    throw new Fault("machine.declared", { name, file: declaredIn, what: "how its BMC is reached" });
  if (declaredBy !== null && changed.length > 0)
    throw new Fault("machine.comes-with-agent", { name, agent: declaredBy });
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
  if (trustAnew) await ask(segment, { ask: "trustAnew", machine: name });
  const what = changed.map(([field]) => field).join(", ");
  const words = [...(what === "" ? [] : [`changed: ${what}`]), ...(trustAnew ? ["trusted anew"] : [])];
  return `How the BMC of ${name} is reached is ${words.join("; ") || "as it was"}`;
}

/**
 * A random password, kept beside the old one before the BMC hears of it. Whatever is cut off in between, both
 * are kept, and the next time begins with finding out which holds.
 */
async function securePassword(needs: BmcDeskNeeds, name: string): Promise<string> {
  const { store, newPassword } = needs;
  const earlier = await store.offeredPassword(name);
  if (earlier !== null) await settle(needs, name, earlier, false);
  const next = newPassword();
  await store.offerPassword(name, next);
  return settle(needs, name, next, true);
}

async function settle({ store, ask }: BmcDeskNeeds, name: string, next: string, sets: boolean) {
  const { segment } = await store.machine(name);
  const old = await store.bmcLogin(name);
  if (old === null) throw new Fault("machine.no-bmc", { name });
  const { kept } = await ask(segment, {
    ...{ ask: "password" as const, machine: name, old: old.password, next, sets },
  });
  const holds = { old: old.password, new: next, shortened: next.slice(0, SHORTENED) }[kept];
  await store.settlePassword(name, holds);
  const length = kept === "shortened" ? `; it keeps ${SHORTENED} characters of ${next.length}` : "";
  return `The BMC of ${name} has a new random password, and took it at a login${length}`;
}
