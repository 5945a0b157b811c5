import { join } from "node:path";
import { reason } from "../../src/base/fault.ts";
import { Stack } from "../../src/main/stack.ts";
import type { Verdict } from "../support/matrix.ts";
import { openTwoSpaces, type TwoSpaces } from "../support/two-spaces.ts";
import { bootOf, type Cell } from "./cells.ts";
import { missingFor, qemuArgv } from "./firmwares.ts";
import { PLACES } from "./places.ts";
import { MAC, NAME, putOnRecord, type Serving, serve } from "./serving.ts";
import { freshState } from "./starting.ts";
import { type Proof, type Watching, watch } from "./watching.ts";

export type BootWish = {
  readonly stopped: AbortSignal;
  readonly keep?: string | undefined; // where the console's recording stays
};

/** A network, a service, a machine with its firmware; from power-on until its proof stands on the console. */
export async function bootCell(cell: Cell, { stopped, keep }: BootWish): Promise<Verdict> {
  const missing = missingFor(cell.firmware);
  if (missing.length > 0) return { is: "unknown", because: `missing here: ${missing.join(", ")}` };
  const opened = new Stack();
  try {
    const { state, forget } = freshState();
    opened.add(forget, (end) => end());
    const spaces = opened.add(await openTwoSpaces(), (open) => open.close());
    const place = PLACES[cell.place];
    await place.lay(spaces);
    const serving = await serve(spaces, {
      state,
      place,
      image: cell.image === "live" ? "debian-13" : cell.image,
    });
    const { add, serial, armed } = bootOf(cell);
    await putOnRecord(serving, { add, serial, armed, image: cell.image });
    const recordings = keep === undefined ? spaces.desk : join(keep, cell.id.replaceAll("/", "-"));
    return await powerOn(cell, { spaces, serving, opened, stopped, recordings });
  } catch (error) {
    return { is: "unknown", because: reason(error) };
  } finally {
    await opened.stop();
  }
}

type Around = {
  spaces: TwoSpaces;
  serving: Serving;
  opened: Stack;
  stopped: AbortSignal;
  recordings: string;
};

async function powerOn(
  cell: Cell,
  { spaces, serving, opened, stopped, recordings }: Around,
): Promise<Verdict> {
  const { until, withinMs, loads, never, lost } = bootOf(cell);
  const at = { desk: spaces.desk, mac: MAC, tap: "t0", serial: "stdio" };
  const began = performance.now();
  const qemu = opened.add(
    spaces.begin("client", qemuArgv(cell.firmware, at)),
    (on) => void on.kill("SIGKILL"),
  );
  const watching = opened.add(watch(NAME, qemu, recordings), (on) => on.stop());
  const proofs = until;
  const seenAll = () => watching.missing(proofs).length === 0;
  const isLost = () => lost !== undefined && watching.missing([{ text: lost }]).length === 0;
  const ended = await watching.until(() => seenAll() || isLost(), withinMs, stopped);
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  if (stopped.aborted) return { is: "unknown", because: "it was stopped" };
  if (!seenAll() && ended !== undefined) return { is: "unknown", because: ended };
  const lacks = seenAll()
    ? (wrote(never, watching) ?? (await notLoaded(serving, loads)))
    : await whyNot(serving, watching, proofs);
  if (lacks === undefined) return { is: "pass", seconds, seen: watching.seen() };
  return { is: "fail", because: lacks, screen: watching.screen().filter((line) => line.trim() !== "") };
}

/** The first file that the timeline lacks, in order. */
async function notLoaded(
  { timeline }: Serving,
  loads: ReturnType<typeof bootOf>["loads"],
): Promise<string | undefined> {
  const events = await timeline();
  let from = 0;
  for (const [kind, file = ""] of loads) {
    const at = events.findIndex(
      (event, i) => i >= from && event.kind === kind && `${event.detail.file}`.endsWith(file),
    );
    if (at < 0) return `the timeline has no ${kind} ${file} at its place`;
    from = at;
  }
  return undefined;
}

async function whyNot(serving: Serving, watching: Watching, proofs: readonly Proof[]): Promise<string> {
  const why = await serving.ask(["machine", "why", NAME]).catch(reason);
  const lacks = watching.missing(proofs).map((one) => ("text" in one ? one.text : one.seen));
  const seen = watching.seen().join(", ") || "nothing";
  return `not seen in time: ${lacks.join(", ")}; seen: ${seen}; machine why: ${why.trim()}`;
}

function wrote(never: RegExp | undefined, watching: Watching): string | undefined {
  const isThere = never !== undefined && watching.missing([{ text: never }]).length === 0;
  return isThere ? `the console shows ${never}` : undefined;
}
