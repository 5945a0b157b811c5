import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Observed } from "../base/event.ts";
import { MachineConsole } from "./console.ts";
import type { Source } from "./line.ts";

const MINUTE = 60_000;
let recordings: string;
let opened: MachineConsole | undefined;

beforeEach(() => {
  recordings = mkdtempSync(join(tmpdir(), "rackhand-stall-"));
  vi.useFakeTimers();
});
afterEach(async () => {
  await vi.advanceTimersByTimeAsync(1000); // whoever visits consoles by the clock of this test is done
  vi.useRealTimers();
  await opened?.stop();
  rmSync(recordings, { recursive: true });
});

/** A console whose line stands until it is cut, and comes back when it is mended. */
async function attached() {
  const events: Observed[] = [];
  let mended: Promise<void> | undefined; // a BMC that neither answers nor refuses until then
  let mend = () => {};
  let ears: Parameters<Source["openConsole"]>[0] | undefined;
  const openConsole: Source["openConsole"] = async (on) => {
    await mended;
    ears = on;
    return { write: () => {}, sendBreak: () => {}, close: async () => {} };
  };
  const [dateAhead, began] = [7 * 24 * 60 * MINUTE, Date.now()];
  const console = new MachineConsole({
    ...{ machine: "m1", source: { openConsole }, recordings, changed: () => {} },
    now: () => Date.now() + dateAhead,
    even: () => Date.now() - began,
    observe: (event) => events.push(event),
  });
  opened = console;
  await vi.advanceTimersByTimeAsync(10);
  expect(console.state.is).toBe("attached");
  return {
    console,
    says: (text: string) => ears!.bytes(Buffer.from(text)),
    cut: () => {
      mended = new Promise((resolve) => {
        mend = resolve;
      });
      ears!.ended("no carrier");
    },
    mend: () => mend(),
    after: (ms: number) => vi.advanceTimersByTimeAsync(ms),
    stalls: () =>
      events.filter(({ detail }) => detail?.sighting === "stall").map(({ says, detail }) => [detail, says]),
  };
}

const SILENT = [
  { sighting: "stall", subject: "power-on" },
  expect.stringMatching(/^Nothing was said for 5 min since it was powered on/),
];

test("a machine that was powered on and says nothing is told once, when its firmware's time is over", async () => {
  const { console, after, stalls } = await attached();

  console.poweredOn();
  await after(5 * MINUTE - 1000);
  expect(stalls()).toEqual([]);
  await after(2000);
  expect(stalls()).toEqual([SILENT]);
  await after(120 * MINUTE);

  expect(stalls()).toEqual([SILENT]);
});

test("each word puts it off; a machine that was not started owes no word", async () => {
  const { console, says, after, stalls } = await attached();
  await after(60 * MINUTE);
  expect(stalls()).toEqual([]);

  console.poweredOn();
  await after(4 * MINUTE);
  says("memory test: 12 %\r\n");
  await after(4 * MINUTE);
  expect(stalls()).toEqual([]);
  await after(2 * MINUTE);

  expect(stalls()).toEqual([SILENT]);
});

test("while the line is lost no silence is told; the time begins anew when it is back", async () => {
  const { console, cut, mend, after, stalls } = await attached();

  console.poweredOn();
  await after(MINUTE);
  cut();
  await after(30 * MINUTE);
  expect([console.state.is, stalls()]).toEqual(["lost", []]);
  mend();
  await after(4 * MINUTE);
  expect([console.state.is, stalls()]).toEqual(["attached", []]);
  await after(3 * MINUTE);

  expect(stalls()).toEqual([SILENT]);
});

test("a stage that follows may stall too: Linux that started and fell silent", async () => {
  const { console, says, after, stalls } = await attached();

  console.poweredOn();
  says("[    0.000000] Linux version 6.1.0-42-amd64 (debian-kernel@lists.debian.org)\r\n");
  await after(6 * MINUTE);

  expect(stalls()).toEqual([
    [{ sighting: "stall", subject: "kernel-started" }, expect.stringMatching(/5 min since Linux started/)],
  ]);
});
