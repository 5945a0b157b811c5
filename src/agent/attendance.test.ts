import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Bmc } from "../bmc/bmc.ts";
import { Attendance } from "./attendance.ts";

let recordings: string;
beforeEach(() => {
  recordings = mkdtempSync(join(tmpdir(), "rackhand-attendance-"));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(recordings, { recursive: true });
});

const MACHINE = {
  ...{ name: "web1", macs: ["02:00:00:00:00:01"], firmware: "bios", serial: "ttyS0,115200n8" },
  ...{ redirected: false, loader: "auto", plan: null },
  bmc: { address: "192.0.2.7", port: 623, user: "ann", password: "x", driver: "ipmitool" },
} as const;

/** How often its BMC is asked in ten minutes, where that says so and the console said something or not. */
async function askedIn10Minutes(power: "on" | "off", says: string): Promise<number> {
  let asked = 0;
  const answer = async () => {
    asked += 1;
    return power;
  };
  const openConsole: NonNullable<Bmc["openConsole"]> = async (on) => {
    if (says !== "") on.bytes(Buffer.from(says));
    return { write: () => {}, sendBreak: () => {}, close: async () => {} };
  };
  const attendance = new Attendance(MACHINE as never, {
    openBmc: () => ({ power: answer, openConsole }) as unknown as Bmc,
    ...{ forgetPins: async () => {}, recordings, now: Date.now, observe: () => {}, changed: () => {} },
    ...{ firstAskMs: 0, inTurn: (act) => act() },
  });
  await vi.advanceTimersByTimeAsync(600_000);
  await attendance.stop();
  return asked;
}

test.each([
  ["on", "", 21],
  ["off", "a line\r\n", 21],
  ["on", "a line\r\n", 6], // the first time, and each fourth from then on
] as const)(
  "a BMC that says %s of a machine whose console said %j is asked %d times in ten minutes",
  async (power, says, times) => {
    expect(await askedIn10Minutes(power, says)).toBe(times);
  },
);
