import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Lack } from "../cli/world.ts";

type Feature = { feature: string; needs: { any: string[]; package: string }[] };

/** What this machine lacks for each feature, by the table that the set-up uses. */
export function lacks(table: string): Lack[] {
  const features = JSON.parse(readFileSync(table, "utf8")) as Feature[];
  return features.map(({ feature, needs }) => {
    const missing = needs.filter(({ any }) => !any.some(isThere));
    return {
      feature,
      missing: missing.map(({ any }) => any[0]!),
      packages: missing.map((need) => need.package),
    };
  });
}

/** Whether a path exists; one `*` may stand for a directory. */
function isThere(path: string): boolean {
  const [before, after] = path.split("*") as [string, string?];
  if (after === undefined) return existsSync(path);
  return existsSync(before) && readdirSync(before).some((name) => existsSync(`${before}${name}${after}`));
}
