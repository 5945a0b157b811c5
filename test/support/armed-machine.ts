import { existsSync } from "node:fs";
import type { Machine } from "../../src/api/shapes.ts";

/** This Debian's own installer package, where there is one. */
export const INSTALLER = ["12", "13"]
  .map((release) => `/usr/lib/debian-installer/images/${release}/amd64/text`)
  .find((directory) => existsSync(directory));
export const noInstaller = INSTALLER === undefined ? " (skipped: no debian-installer-*-netboot-amd64)" : "";

/** A machine as the service tells it, whose installer is armed. */
export const armedFor = (given: { name: string; mac: string; serial: string; image: string }): Machine => ({
  ...{ name: given.name, macs: [given.mac], serial: given.serial },
  ...{ firmware: "bios", redirected: false, loader: "auto", segment: "local", attended: true, bmc: null },
  plan: { id: 1, kind: "installer", image: given.image, state: "armed", by: "anna", at: Date.now() },
  ways: [],
  labels: {},
  declared: null,
  power: "off",
  console: { is: "none", writer: null, because: null },
  state: { word: "off", since: null, waits: null },
});
