import { createHash } from "node:crypto";
import { wholeBmc } from "../api/bmc-shapes.ts";
import type { DeclaredMachine, InventoryChange, Machine } from "../api/shapes.ts";
import type { Answer, Asked } from "../api/table.ts";
import type { Observed } from "../base/event.ts";
import { Fault } from "../base/fault.ts";
import { readMac } from "../base/mac.ts";
import { must } from "../base/read.ts";
import { inventoryDiff, type OnRecord } from "./core/inventory-diff.ts";
import type { Live } from "./live.ts";
import type { Keeps, KeptMachine } from "./needs.ts";

type Needs = {
  readonly store: Keeps;
  readonly live: Live;
  readonly now: () => number;
  readonly note: (event: Observed) => void;
  readonly teach: (segment: string) => Promise<void>;
  readonly changed: (name: string) => Promise<Machine>;
};

/** The record of machines: what people put on it, and what files in git declare. */
export class InventoryDesk {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  readonly add = async ({ mac, ...asked }: Asked<"addMachine">, by: string): Promise<Machine> => {
    const { store, live, teach, changed } = this.#needs;
    const bmc = asked.bmc && wholeBmc(asked.bmc);
    await store.addMachine({ ...asked, bmc, macs: [must(readMac(mac))], declaredBy: null });
    live.begin(asked.name, asked.segment, []);
    this.#note(asked.name, by, "was put on record");
    await teach(asked.segment);
    return changed(asked.name);
  };

  readonly set = async ({ name, macs, ...asked }: Asked<"setMachine">, by: string): Promise<Machine> => {
    const { store, live, teach, changed } = this.#needs;
    const before = await this.#mine(name, "it");
    const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
    const change = { ...given, ...(macs && { macs: macs.map((mac) => must(readMac(mac))) }) };
    await store.changeMachine(name, change);
    const now = await store.machine(name);
    const fields = Object.keys(change).join(", ") || "nothing";
    this.#note(name, by, `was changed: ${fields}`, change);
    if (now.segment !== before.segment) {
      live.begin(name, now.segment, await store.timeline(name, { limit: 200 }));
      await teach(before.segment);
    }
    await teach(now.segment);
    return changed(name);
  };

  readonly label = async ({ name, set, drop }: Asked<"labelMachine">, by: string): Promise<Machine> => {
    const { declaredIn } = await this.#needs.store.machine(name);
    if (declaredIn !== null) throw declared(name, declaredIn, "its labels");
    await this.#needs.store.changeMachine(name, {
      relabel: (labels) => {
        const kept = Object.entries({ ...labels, ...set }).filter(([key]) => !drop.includes(key));
        return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
      },
    });
    const words = [
      ...Object.entries(set).map(([key, value]) => `${key}=${value}`),
      ...drop.map((key) => `${key}-`),
    ];
    this.#note(name, by, `was labelled: ${words.join(" ")}`, { set, drop });
    return this.#needs.changed(name);
  };

  readonly remove = async (
    { name }: Asked<"removeMachine">,
    by: string,
  ): Promise<Answer<"removeMachine">> => {
    const { segment, declaredIn } = await this.#needs.store.machine(name);
    if (declaredIn !== null) throw declared(name, declaredIn, "it");
    await this.#needs.store.removeMachine(name);
    this.#needs.live.gone(name);
    this.#note(name, by, "was taken off the record");
    await this.#needs.teach(segment);
    return { says: `${name} is off the record; its timeline stays` };
  };

  /** Nothing is taken unless all of it can be, and unless it is what was agreed to. */
  readonly import = async (asked: Asked<"importMachines">, by: string): Promise<Answer<"importMachines">> => {
    const { store } = this.#needs;
    const { file, dryRun, agreed } = asked;
    if (dryRun) return this.#answer(diffOrThrow(asked, await store.machines()), false);
    let before: readonly KeptMachine[] = [];
    let changes: readonly InventoryChange[] = [];
    await store.declareMachines({
      file,
      decide: (kept) => {
        before = kept;
        changes = diffOrThrow(asked, kept);
        if (agreed !== undefined && agreed !== shows(changes))
          throw new Fault("machine.import-stale", { file });
        const putting = new Set(namesThat(changes, "add", "change"));
        return {
          put: asked.machines.filter(({ name }) => putting.has(name)).map(keptOf),
          drop: namesThat(changes, "remove"),
          free: namesThat(changes, "let go"),
        };
      },
    });
    await this.#imported(changes, before, { file, by });
    return this.#answer(changes, true);
  };

  async #imported(
    changes: readonly InventoryChange[],
    before: readonly KeptMachine[],
    { file, by }: { file: string; by: string },
  ): Promise<void> {
    const { store, live, teach, changed } = this.#needs;
    const after = await store.machines();
    const touched = new Set(changes.map(({ name }) => name));
    const segments = [...before, ...after]
      .filter(({ name }) => touched.has(name))
      .map(({ segment }) => segment);
    const segmentOf = new Map(after.map(({ name, segment }) => [name, segment]));
    for (const { name, does, fields } of changes) {
      if (does === "remove") live.gone(name);
      else live.begin(name, segmentOf.get(name)!, await store.timeline(name, { limit: 200 }));
      const what = fields.map(({ field }) => field).join(", ");
      this.#note(name, by, `${IMPORTED[does]} by ${file}${what === "" ? "" : `: ${what}`}`, { file });
      if (does !== "remove" && live.isWatched()) await changed(name);
    }
    for (const segment of new Set(segments)) await teach(segment);
  }

  async #answer(changes: readonly InventoryChange[], done: boolean): Promise<Answer<"importMachines">> {
    const lacking = (await this.#needs.store.machines()).filter(({ bmc }) => bmc?.lacksPassword === true);
    const lackPassword = done ? lacking.map(({ name }) => name) : [];
    return { changes: [...changes], shows: shows(changes), done, lackPassword };
  }

  async #mine(name: string, what: string): Promise<KeptMachine> {
    const machine = await this.#needs.store.machine(name);
    if (machine.declaredIn !== null) throw declared(name, machine.declaredIn, what);
    if (machine.declaredBy !== null)
      throw new Fault("machine.comes-with-agent", { name, agent: machine.declaredBy });
    return machine;
  }

  #note(machine: string, by: string, what: string, detail: Record<string, unknown> = {}): void {
    const says = `${machine} ${what}`;
    this.#needs.note({
      kind: "machine.set",
      at: this.#needs.now(),
      machine,
      says,
      detail: { ...detail, by },
    });
  }
}

const IMPORTED: Record<InventoryChange["does"], string> = {
  add: "was put on record",
  change: "was changed",
  remove: "was taken off the record",
  "let go": "was let go",
};

const declared = (name: string, file: string, what: string) =>
  new Fault("machine.declared", { name, file, what });

export const declaredOf = ({ declaredIn, declaredBy }: KeptMachine): Machine["declared"] => {
  if (declaredIn !== null) return { by: "file", name: declaredIn };
  return declaredBy === null ? null : { by: "agent", name: declaredBy };
};

function diffOrThrow(
  asked: Asked<"importMachines">,
  kept: readonly KeptMachine[],
): readonly InventoryChange[] {
  const record = kept.map((machine): OnRecord => {
    return { ...machine, macs: [...machine.macs], declared: declaredOf(machine) };
  });
  const found = inventoryDiff(asked, record);
  if (!found.ok) throw new Fault("machine.import-clash", { file: asked.file, why: found.why });
  return found.changes;
}

/** Two asks that would change the same have the same. */
const shows = (changes: readonly InventoryChange[]): string =>
  createHash("sha256").update(JSON.stringify(changes)).digest("hex").slice(0, 32);

const namesThat = (changes: readonly InventoryChange[], ...does: InventoryChange["does"][]): string[] =>
  changes.filter((change) => does.includes(change.does)).map(({ name }) => name);

const keptOf = ({ macs, ...machine }: DeclaredMachine) => ({
  ...machine,
  macs: macs.map((mac) => must(readMac(mac))),
});
