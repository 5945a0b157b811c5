import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Grant } from "./core/grants.ts";
import type { KeptGrants } from "./grant-desk.ts";

/** In a file that only we read; it holds digests, no token. One that is not there or broken is none. */
export function keptGrants(path: string): KeptGrants {
  return {
    read: () => {
      try {
        return (JSON.parse(readFileSync(path, "utf8")) as Grant[]).filter(({ kind }) => kind === "hand");
      } catch {
        return []; // hands that had leave are refused, and a person arms again
      }
    },
    write: (grants) => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, `${JSON.stringify(grants)}\n`, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}
