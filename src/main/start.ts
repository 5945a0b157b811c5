import { openSync } from "node:fs";
import { join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { duration } from "../base/units.ts";
import type { StartOptions } from "../cli/world.ts";
import { fetchDebian } from "../image/fetch-debian.ts";
import { findImage } from "../image/find-image.ts";
import { isDebianName } from "../image/places.ts";
import { limitOf } from "../process/limit.ts";
import { type Rack, raiseRack } from "../rack/rack.ts";
import { GOAL, SET_OUT, type Standing, standingAfter } from "./boot-goal.ts";
import type { Place } from "./place.ts";
import { makeState } from "./place.ts";
import { openService, type Service } from "./service.ts";
import { openShow, type Show } from "./show.ts";
import { Stack } from "./stack.ts";

const MACHINE = "m1";
const PORT = 7623;
const ATTENDED_WITHIN_MS = 30_000;

/** The main job: a virtual rack, one bare machine powered on through its BMC, watched until the installer stands. */
export async function start(options: StartOptions, place: Place, stopped: AbortSignal): Promise<number> {
  const opened = new Stack();
  const show = openShow(options);
  try {
    makeState(place.state);
    await haveImage(options.image, place, show, stopped);
    const service = opened.add(await openOnAnyPort(place), (open) => open.stop());
    show.page(`${service.url}/machines/${MACHINE}`);
    const rack = opened.add(await standRack(options, place, show), (open) => open.stop());
    opened.add(startAgent(rack, options, place), (child) => stopChild(child));
    await attended(service, stopped);
    opened.add(await show.watch(service.desk, MACHINE), (end) => end());
    const began = Date.now();
    const seen = awaitGoal(service, options.within, stopped);
    await service.desk.armPlan(
      { name: MACHINE, plan: "installer", image: options.image, now: true },
      "start",
    );
    const failed = await seen;
    if (stopped.aborted) return 130;
    if (failed !== undefined) return await tellFailure(failed, { service, show, within: options.within });
    show.say(`${MACHINE} shows ${GOAL.says}, ${duration(Date.now() - began)} after power-on`);
    if (options.until === undefined) await linger(service, show, stopped);
    return 0;
  } catch (error) {
    if (stopped.aborted) return 130;
    throw error;
  } finally {
    show.close();
    await opened.stop();
  }
}

async function haveImage(name: string, place: Place, show: Show, signal: AbortSignal): Promise<void> {
  try {
    await findImage(name, place.state);
  } catch (error) {
    if (!(error instanceof Fault) || error.id !== "image.missing" || !isDebianName(name)) throw error;
    show.say(`Fetching ${name}'s installer package with apt, into ${place.state}`);
    await fetchDebian({ name, stateDirectory: place.state, progress: (line) => show.say(line), signal });
  }
}

async function openOnAnyPort(place: Place): Promise<Service> {
  try {
    return await openService(place, { port: PORT });
  } catch (error) {
    if (!(error instanceof Fault) || error.id !== "service.port-in-use") throw error;
    return openService(place, { port: 0 });
  }
}

const standRack = ({ firmware }: StartOptions, { state, entry }: Place, show: Show): Promise<Rack> =>
  raiseRack({ state, entry, firmware, machines: 1, log: show.say });

function startAgent(rack: Rack, { loader }: StartOptions, { state, entry }: Place) {
  const log = openSync(join(state, "rack", "agent.log"), "a", 0o600);
  const [program, ...first] = entry;
  return rack.run([program, ...first, "agent", "--state", state, "--loader", loader], {
    stdio: ["ignore", log, log],
  });
}

/** SIGTERM, then its end is waited for: it closes its consoles and sockets first. */
function stopChild(child: ReturnType<Rack["run"]>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}

async function attended({ desk }: Service, stopped: AbortSignal): Promise<void> {
  const { signal: limit, clear } = limitOf(ATTENDED_WITHIN_MS, stopped);
  await until(
    desk,
    limit,
    (frame) => frame.is === "machine" && frame.machine.name === MACHINE && frame.machine.attended,
  );
  clear();
  if (limit.aborted) throw new Fault("machine.no-agent", { segment: "rack", name: MACHINE });
}

/** Resolves with nothing when the goal was seen, otherwise with why not. */
async function awaitGoal(
  { desk }: Service,
  within: number,
  stopped: AbortSignal,
): Promise<string | undefined> {
  const { signal: limit, clear } = limitOf(within, stopped);
  let standing: Standing = SET_OUT;
  await until(desk, limit, (frame) => {
    if (frame.is === "event") standing = standingAfter(standing, frame.event);
    return standing.is !== "under way";
  });
  clear();
  if (standing.is === "hopeless") return standing.why;
  if (standing.is === "there" || stopped.aborted) return undefined;
  if (standing.silence !== undefined) return standing.silence;
  const { state } = await desk.showMachine({ name: MACHINE });
  return `it is at "${state.word}"${state.waits === null ? "" : ` and waits for ${state.waits}`}`;
}

/** Watches the desk until a frame is the one, or the signal aborts. */
async function until(
  desk: Service["desk"],
  signal: AbortSignal,
  isIt: (frame: Parameters<Parameters<Service["desk"]["watch"]>[1]>[0]) => boolean,
): Promise<void> {
  let found: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    found = resolve;
  });
  signal.addEventListener("abort", found, { once: true });
  const end = await desk.watch({ machine: MACHINE }, (frame) => {
    const first =
      frame.is === "machines"
        ? frame.machines.map((machine) => ({ is: "machine", machine }) as const)
        : [frame];
    if (first.some(isIt)) found();
  });
  if (signal.aborted) found();
  await over;
  end();
}

async function tellFailure(
  why: string,
  { service, show, within }: { service: Service; show: Show; within: number },
): Promise<number> {
  const screen = await service.desk
    .screen({ name: MACHINE })
    .catch((error: unknown) => ({ lines: [reason(error)] }));
  const fault = new Fault("boot.not-seen", {
    machine: MACHINE,
    goal: GOAL.says,
    limit: duration(within),
    why,
  });
  show.failed(fault, screen.lines);
  return 1;
}

async function linger({ url }: Service, show: Show, stopped: AbortSignal): Promise<void> {
  show.say(`It stays so: ${url}/machines/${MACHINE} shows it; ctrl-C stops everything`);
  await new Promise<void>((resolve) => stopped.addEventListener("abort", () => resolve(), { once: true }));
}
