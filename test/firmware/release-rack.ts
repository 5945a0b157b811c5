import { type ChildProcess, execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Machine, Story, TimelineEvent } from "../../src/api/shapes.ts";
import type { Booted } from "./cells.ts";
import { haveImages } from "./have-images.ts";
import { freshState, leftOvers } from "./starting.ts";

const MAIN = join(import.meta.dirname, "../../dist/program/rackhand.js");
const isRelease = process.env.RACKHAND_RELEASE === "1";
const run = promisify(execFile);
type Shown = { readonly machine?: Machine };
/** How a command line ended that did not end well. */
type Failed = { readonly code: number; readonly stdout: string; readonly stderr: string };

/**
 * The program itself: a service, a virtual rack and the command line, in a state directory of each test's own. Minutes
 * of QEMU, so only before a release.
 */
export function releaseRack(images: readonly Booted[]) {
  let state: string;
  let forget: () => void;
  const running: ChildProcess[] = [];
  beforeEach(async () => {
    if (!isRelease) return;
    await haveImages(images, { progress: () => {}, signal: AbortSignal.timeout(500_000) });
    ({ state, forget } = freshState());
  }, 600_000);
  afterEach(async () => {
    if (!isRelease) return;
    await rackhand("rack", "down");
    for (const child of running.splice(0)) await ended(child, "SIGTERM");
    expect(leftOvers(state)).toEqual([]);
    if (process.env.RACKHAND_KEEP !== "1") forget();
  }, 60_000);

  const env = () => ({ ...process.env, RACKHAND_STATE: state });
  const rackhand = async (...args: string[]): Promise<string> =>
    (await run(process.execPath, [MAIN, ...args], { env: env() })).stdout;
  const refused = (...args: string[]): Promise<Failed | undefined> =>
    rackhand(...args).then(
      () => undefined,
      (failure: Failed) => failure,
    );
  const shown = (...args: string[]): Promise<string> =>
    rackhand(...args).catch((failure: Failed) => failure.stdout);
  return {
    it: (says: string, timeout: number, act: () => Promise<void>) =>
      test.skipIf(!isRelease)(
        `${says}${isRelease ? "" : " (skipped: RACKHAND_RELEASE is not 1)"}`,
        { timeout },
        act,
      ),
    state: () => state,
    rackhand,
    refused,
    /** Ended with the test. */
    keep: (child: ChildProcess) => running.push(child),
    async serve(...options: string[]): Promise<ChildProcess> {
      const service = spawn(process.execPath, [MAIN, "serve", "--port", "0", ...options], {
        env: env(),
        stdio: ["ignore", "pipe", "inherit"],
      });
      running.push(service);
      await new Promise((resolve) => service.stdout!.once("data", resolve)); // it says where it answers
      return service;
    },
    /** Its agent is there, and its console is watched: an install waits for no less. */
    attended: () =>
      expect
        .poll(
          async () => (JSON.parse((await shown("machine", "show", "m1", "--json")) || "{}") as Shown).machine,
          {
            ...{ timeout: 200_000, interval: 300 },
          },
        )
        .toMatchObject({ attended: true, console: { is: "attached" } }),
    story: async (id: number) => JSON.parse(await shown("story", "show", `${id}`, "--json")) as Story,
    async timeline(): Promise<TimelineEvent[]> {
      const lines = (await shown("machine", "timeline", "m1", "--json")).split("\n");
      return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as TimelineEvent);
    },
  };
}

export function ended(child: ChildProcess, by: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill(by);
  return gone;
}
