import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Lack } from "../cli/world.ts";

type Need = { any: string[]; package: string; release?: string };
type Feature = { feature: string; needs: Need[] };

/** What this machine lacks for each feature, by the table that the set-up uses. */
export function lacks(table: string): Lack[] {
  const features = JSON.parse(readFileSync(table, "utf8")) as Feature[];
  return features.map(({ feature, needs }) => {
    const missing = needs.filter((need) => isForUs(need) && !need.any.some(isThere));
    return {
      feature,
      missing: missing.map(({ any }) => any[0]!),
      packages: missing.map((need) => need.package),
    };
  });
}

/** Whether this Debian has the package at all. */
function isForUs({ release }: Need): boolean {
  return release === undefined || readFileSync("/etc/os-release", "utf8").includes(`VERSION_ID="${release}"`);
}

/** Whether a path exists; one `*` may stand for a directory. */
function isThere(path: string): boolean {
  const [before, after] = path.split("*") as [string, string?];
  if (after === undefined) return existsSync(path);
  return existsSync(before) && readdirSync(before).some((name) => existsSync(`${before}${name}${after}`));
}
