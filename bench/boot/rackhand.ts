import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { TimelineEvent } from "../../src/api/shapes.ts";
import type { Side } from "./one-boot.ts";
import { poweredOnAt } from "./power-on.ts";
import { noteEvent } from "./stages.ts";

const ENDS_WITHIN_MS = 20_000;

/** Rackhand as it is: `rackhand start --json`, its service, database and agent included, read by its timeline. */
export const rackhandSide: Side = async ({ state, entry, image }, marks, until) => {
  const [program, ...first] = entry;
  // our death, even by SIGKILL, ends it; a ctrl-C is for us, who then end it
  const argv = ["--pdeathsig", "TERM", program!, ...first, "start", "--image", image, "--json"];
  const child = spawn("setpriv", argv, {
    detached: true,
    env: { ...process.env, RACKHAND_STATE: state, DATABASE_URL: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-2000);
  });
  const started = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => reject(new Error(`rackhand start ended too early: ${said.trim()}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const event = JSON.parse(line) as TimelineEvent;
      if (event.at < began) return; // of an earlier round
      noteEvent(marks, event);
      if (event.kind === "power.state" && event.detail.power === "on") marks.powerOn ??= poweredOnAt(state);
      if (marks.linuxVersion !== undefined) resolve();
    });
  });
  const began = Date.now();
  try {
    await until(started);
  } finally {
    child.kill("SIGTERM");
    const limit = setTimeout(() => child.kill("SIGKILL"), ENDS_WITHIN_MS);
    await gone;
    clearTimeout(limit);
  }
};
