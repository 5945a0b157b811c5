import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { printable } from "../base/text.ts";

/** IEEE's tables as Debian's package ieee-data has them, the longest beginnings first. */
const TABLES = [
  { path: "/usr/share/ieee-data/oui36.csv", digits: 9 },
  { path: "/usr/share/ieee-data/mam.csv", digits: 7 },
  { path: "/usr/share/ieee-data/oui.csv", digits: 6 },
] as const;
const LOCAL = 0x02; // IEEE 802-2014 8.2.2: an address that whoever uses it made up

/** Who made a network card. The tables are read for addresses not looked up yet; of them only the answers stay. */
export class CardMakers {
  readonly #known = new Map<string, string | null>(); // by an address's beginning

  readonly of = async (macs: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const bare = macs.map((mac) => ({ mac, hex: mac.replaceAll(":", "").toUpperCase() }));
    for (const { path, digits } of TABLES)
      await this.#look(path, new Set(bare.map(({ hex }) => hex.slice(0, digits))));
    return new Map(
      bare.flatMap(({ mac, hex }) => {
        if ((Number.parseInt(hex.slice(0, 2), 16) & LOCAL) !== 0)
          return [[mac, "made up: a virtual card"] as const];
        const maker = TABLES.map(({ digits }) => this.#known.get(hex.slice(0, digits))).find(
          (one) => one != null,
        );
        return maker == null ? [] : [[mac, maker] as const];
      }),
    );
  };

  async #look(path: string, wanted: ReadonlySet<string>): Promise<void> {
    const fresh = new Set([...wanted].filter((beginning) => !this.#known.has(beginning)));
    if (fresh.size === 0) return;
    if (this.#known.size > MOST_KNOWN) this.#known.clear();
    for (const beginning of fresh) this.#known.set(beginning, null);
    try {
      for await (const line of createInterface({ input: createReadStream(path) })) {
        const [, beginning, quoted, plain] =
          /^MA-[LMS],([0-9A-F]+),(?:"((?:[^"]|"")*)"|([^,]*)),/.exec(line) ?? [];
        if (beginning === undefined || !fresh.has(beginning)) continue;
        this.#known.set(beginning, printable((quoted ?? plain ?? "").replaceAll('""', '"'), 60));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error; // the package is not installed
    }
  }
}

const MOST_KNOWN = 20_000;
