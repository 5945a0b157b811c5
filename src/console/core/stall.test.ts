import { expect, test } from "vitest";
import { EXPECTED, stageAfter, stalled, stallsAt } from "./stall.ts";

const MINUTE = 60_000;

test("silence after Linux started is a stall, told once, counted from the last byte", () => {
  const stage = stageAfter("kernel-started", 0);
  const { stage: after, says } = stalled(stage);

  expect(stallsAt(stage, 0)).toBe(5 * MINUTE);
  expect(stallsAt(stage, MINUTE)).toBe(6 * MINUTE);
  expect(stallsAt(after, 0)).toBeUndefined();
  expect(says).toContain("5 min since Linux started");
});

test.each(["login-prompt", "installer-dialog", "grub-menu", "kernel-panic", "debian-boot-menu"])(
  "after %s a machine may be silent for as long as it likes",
  (id) => {
    expect(EXPECTED[id]).toBeUndefined();
    expect(stallsAt(stageAfter(id, 0), 0)).toBeUndefined();
  },
);
