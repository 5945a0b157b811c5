import type { Reading } from "./engine.ts";
import { added, firstOf, type Tally } from "./tally.ts";

/**
 * Readings by build: those of one build share its offset. In the order in which the builds were first read.
 */
export function tallied(readings: readonly Reading[]): Tally[] {
  const byBuild = new Map<string, Tally>();
  for (const { commit, build, value } of readings) {
    const key = `${commit} ${build}`;
    const was = byBuild.get(key);
    byBuild.set(key, was === undefined ? firstOf(commit, value) : added(was, value));
  }
  return [...byBuild.values()];
}
