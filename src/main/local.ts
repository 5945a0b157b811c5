import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Local } from "../cli/world.ts";
import type { Screen } from "../plot/core/terminal.ts";
import type { Place } from "./place.ts";
import type { Signals } from "./signals.ts";

/** What is read by a program or from a file. */
const PIPE: Screen = { width: 80, colours: false };

/** Work that is loaded when it is first asked for: what a verb does not need would take most of its start. */
function later<T extends { [Name in keyof T]: (...given: never[]) => Promise<unknown> }>(
  load: () => Promise<T>,
): T {
  const get =
    (_: object, name: string) =>
    async (...given: never[]) =>
      (await load())[name as keyof T](...given);
  return new Proxy({}, { get }) as T;
}

/** The work that needs no running service. */
export function localWork(place: Place, signals: Signals, user: string, screen = PIPE): Local {
  const { state, version } = place;
  const { stopped } = signals;
  const images = later(() => import("./images.ts"));
  const racks = later(() => import("./rack-verbs.ts"));
  return {
    serve: async (options) => (await import("./serve.ts")).serve(options, place, signals),
    settingsSchema: async () => (await import("../settings/core/settings.ts")).settingsSchema(),
    checkSettings: async (path) => (await import("../settings/read-settings.ts")).readSettings(path),
    start: async (options) => (await import("./start.ts")).start(options, place, stopped),
    rackUp: (options) => racks.rackUp(place, options),
    rackStatus: () => racks.rackState(place),
    rackDown: () => racks.rackDown(place),
    rackHold: async (options) => {
      await (await import("../rack/hold.ts")).holdRack(JSON.parse(options));
      return 0;
    },
    agent: async ({ state, loader }) =>
      (await import("./rack-agent.ts")).runRackAgent(state, loader, stopped),
    images: () => images.imagesIn(state),
    checkImage: (options) => images.checkImageNow(options, state, stopped),
    pullImage: (options, progress) => images.pullImageHere(options, state, { progress, signal: stopped }),
    buildImage: (options, progress) => images.buildImageHere(options, state, { progress, signal: stopped }),
    addImage: (options) => images.addImageHere(options, state),
    removeImage: async (name) => (await import("../image/kernel-images.ts")).removeKernelImage(name, state),
    fullPath: (path) => resolve(path),
    readMachines: async (path) => {
      const { readMachines } = await import("../settings/read-machines.ts");
      return { path: resolve(path), machines: readMachines(path) };
    },
    writeMachines: async (machines) =>
      (await import("../settings/core/machines-file.ts")).writeMachines(machines),
    readText: (path) => readFileSync(path, "utf8"),
    readPublicKey: (path) => readFileSync(path ?? join(homedir(), ".ssh", "id_ed25519.pub"), "utf8"),
    serialImage: (asked) => images.serialImage(asked),
    exportTo: async (asked) => (await import("./export.ts")).exportTo(asked, state),
    doctor: async () => (await import("./doctor.ts")).lacks(place.packages),
    checks: later(async () => (await import("./checks.ts")).checksHere({ state, version, user, stopped })),
    bisections: later(async () =>
      (await import("./bisections.ts")).bisectionsIn({ state, user, stopped, screen }),
    ),
    benches: later(async () => (await import("./benches.ts")).benchesHere({ state, stopped })),
    tryRule: async (asked) => (await import("./try-rule.ts")).tryRule(asked, state),
    plotRuns: async (asked) => (await import("./plots.ts")).plotRuns(asked, { state, screen }),
  };
}
