import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Local } from "../cli/world.ts";
import { removeKernelImage } from "../image/kernel-images.ts";
import type { Screen } from "../plot/core/terminal.ts";
import { holdRack } from "../rack/hold.ts";
import { writeMachines } from "../settings/core/machines-file.ts";
import { settingsSchema } from "../settings/core/settings.ts";
import { readMachines } from "../settings/read-machines.ts";
import { readSettings } from "../settings/read-settings.ts";
import { benchesHere, benchesOf } from "./benches.ts";
import { bisectionsIn } from "./bisections.ts";
import { checksHere } from "./checks.ts";
import { compareReadings } from "./compare.ts";
import { lacks } from "./doctor.ts";
import { exportTo } from "./export.ts";
import {
  addImageHere,
  buildImageHere,
  checkImageNow,
  imagesIn,
  pullImageHere,
  serialImage,
} from "./images.ts";
import type { Place } from "./place.ts";
import { plotRuns } from "./plots.ts";
import { rackDown, rackState, rackUp } from "./rack-verbs.ts";
import type { Signals } from "./signals.ts";

/** What is read by a program or from a file. */
const PIPE: Screen = { width: 80, colours: false };

/** The work that needs no running service. */
export function localWork(place: Place, signals: Signals, user: string, screen = PIPE): Local {
  const { stopped } = signals;
  return {
    // what only the service needs takes most of a start: it is loaded by who serves
    serve: async (options) => (await import("./serve.ts")).serve(options, place, signals),
    settingsSchema,
    checkSettings: readSettings,
    start: async (options) => (await import("./start.ts")).start(options, place, stopped),
    rackUp: (options) => rackUp(place, options),
    rackStatus: () => rackState(place),
    rackDown: () => rackDown(place),
    rackHold: async (options) => {
      await holdRack(JSON.parse(options));
      return 0;
    },
    agent: async ({ state, loader }) =>
      (await import("./rack-agent.ts")).runRackAgent(state, loader, stopped),
    images: () => imagesIn(place.state),
    checkImage: (options) => checkImageNow(options, place.state, stopped),
    pullImage: (options, progress) => pullImageHere(options, place.state, { progress, signal: stopped }),
    buildImage: (options, progress) => buildImageHere(options, place.state, { progress, signal: stopped }),
    addImage: (options) => addImageHere(options, place.state),
    removeImage: (name) => removeKernelImage(name, place.state),
    fullPath: (path) => resolve(path),
    readMachines: (path) => ({ path: resolve(path), machines: readMachines(path) }),
    writeMachines,
    readText: (path) => readFileSync(path, "utf8"),
    readPublicKey: (path) => readFileSync(path ?? join(homedir(), ".ssh", "id_ed25519.pub"), "utf8"),
    serialImage,
    exportTo: (asked) => exportTo(asked, place.state),
    doctor: async () => lacks(place.packages),
    checks: checksHere({ state: place.state, version: place.version, user, stopped }),
    bisections: bisectionsIn({ state: place.state, user, stopped, screen }),
    benches: benchesHere({ state: place.state, stopped }),
    compareReadings: (asked) => compareReadings(benchesOf(place.state), asked),
    tryRule: async (asked) => (await import("./try-rule.ts")).tryRule(asked, place.state),
    plotRuns: (asked) => plotRuns(asked, { state: place.state, screen }),
  };
}
