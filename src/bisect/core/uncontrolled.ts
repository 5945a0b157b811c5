import { disturbances } from "../../bench/core/differences.ts";
import { SETTINGS, type Setting } from "../../bench/core/environment.ts";
import { boundsOf } from "./bounds.ts";
import type { State } from "./replay.ts";

/** What may have moved the readings besides the commits, as far as the journal knows; sentences for a report. */
export function uncontrolledOf(state: State): string[] {
  const { settings, surroundings, readings } = state;
  const machines = new Set(readings.map(({ machine }) => machine));
  const told = (name: Setting) => [...new Set(surroundings.flatMap((one) => one.settings[name] ?? []))];
  const virtual = told("machine").filter((one) => one !== "metal" && one !== "unknown");
  const governors = told("governor").filter((one) => one !== "performance");
  const busy = surroundings.flatMap(({ settings: of, moment }) =>
    disturbances({ settings: of, before: moment, after: null }),
  );
  const crowded = surroundings.some(
    ({ settings: of, moment: { load } }) => load !== null && load > Number(of.processors ?? Infinity),
  );
  const isBuiltOnce =
    settings.build !== undefined &&
    new Set(readings.map(({ commit, build }) => commit + build)).size ===
      new Set(readings.map(({ commit }) => commit)).size;
  const rows: [boolean, string][] = [
    [machines.size === 1, "Everything was measured on one machine: another may tell it otherwise."],
    [
      surroundings.length === 0 && settings.oracle.is !== "person",
      "What the machine was like meanwhile was not written down.",
    ],
    [settings.oracle.is === "person", "A person took the readings: what surrounded them is not known."],
    [
      virtual.length > 0,
      `The machine was virtual (${virtual.join(", ")}): what else ran on its host is not known.`,
    ],
    [governors.length > 0, `The processor's clock was left to the governor ${governors.join(" and ")}.`],
    [told("turbo").includes("on"), "Turbo was on: the processor's clock went with heat and load."],
    [crowded, "More was running than the machine has processors."],
    [
      isBuiltOnce,
      "Each commit was built once: what a build's own layout does cannot be told from what its commit does.",
    ],
    [
      settings.oracle.is === "bench",
      "A cache below the files was as the run before had left it; each run says how full, where that can be seen.",
    ],
  ];
  return [
    ...boundsOf(settings),
    ...rows.flatMap(([applies, says]) => (applies ? [says] : [])),
    ...new Set(busy.map((one) => `When it began, ${one}.`)),
    ...changed(state),
  ];
}

/** A search may go on for days, and a machine be upgraded in between. */
function changed({ surroundings }: State): string[] {
  return [...new Set(surroundings.map(({ machine }) => machine))].flatMap((machine) => {
    const own = surroundings.filter((one) => one.machine === machine);
    return (Object.keys(SETTINGS) as Setting[]).flatMap((name) => {
      const values = [...new Set(own.flatMap((one) => one.settings[name] ?? []))];
      const where = machine === "here" ? "" : ` on ${machine}`;
      return values.length < 2 ? [] : [`The ${SETTINGS[name]} changed${where}: ${values.join(", then ")}.`];
    });
  });
}
