import { expect, test } from "vitest";
import { SET_OUT, standingAfter } from "./boot-goal.ts";

const seen = (sighting: string, subject = "", kind = "console.sighting" as const) => ({
  ...{ kind, says: `m1 shows ${sighting}` },
  detail: { sighting, subject },
});
const after = (...all: ReturnType<typeof seen>[]) => all.reduce(standingAfter, SET_OUT);

test("a machine that is silent for long is still under way, and comes to the installer when it speaks again", () => {
  const silent = after(seen("kernel-started"), seen("stall"));

  expect(silent).toEqual({ is: "under way", silence: "m1 shows stall" });
  expect(standingAfter(silent, seen("kernel-started"))).toEqual({ is: "under way" });
  expect(standingAfter(silent, seen("installer-dialog", "[!!] Select a language"))).toEqual({ is: "there" });
});

test("an error dialog, a panic, and firmware that gives up are no matter of time", () => {
  for (const end of ["installer-error", "kernel-panic", "ipxe-error", "no-boot-device"])
    expect(after(seen(end))).toEqual({ is: "hopeless", why: `m1 shows ${end}` });
  expect(after(seen("installer-dialog", "Configure the keyboard"))).toEqual({ is: "under way" });
});
