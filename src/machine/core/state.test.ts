import { expect, test } from "vitest";
import type { Observed } from "../../base/event.ts";
import { advance, UNKNOWN } from "./state.ts";

const event = (kind: Observed["kind"], detail: Record<string, unknown>, at = 5): Observed => ({
  kind,
  at,
  says: "",
  detail,
});

test.each([
  [event("power.state", { power: "off" }), "off", null],
  [event("power.acted", { act: "cycle" }), "starting", "its firmware"],
  [event("console.sighting", { sighting: "pxe-rom", subject: "iPXE" }), "network boot", "an answer to DHCP"],
  [
    event("console.sighting", { sighting: "debian-boot-menu", subject: "" }),
    "boot menu",
    "a choice in the menu",
  ],
  [
    event("console.sighting", { sighting: "installer-dialog", subject: "Select a language" }),
    "installer",
    'an answer to "Select a language"',
  ],
  [event("console.sighting", { sighting: "login-prompt", subject: "web1" }), "up", null],
])("%j makes the state %s", (seen, word, waits) => {
  expect(advance(UNKNOWN, seen)).toEqual({ word, since: 5, waits });
});

test.each([
  event("power.acted", { act: "off" }),
  event("http.ended", { file: "linux" }),
  event("console.sighting", { sighting: "of-a-newer-agent", subject: "" }),
])("%j leaves the state alone", (seen) => {
  expect(advance(UNKNOWN, seen)).toBe(UNKNOWN);
});

test("the same state seen again keeps the time of the first", () => {
  const first = advance(UNKNOWN, event("power.state", { power: "off" }, 5));

  expect(advance(first, event("power.state", { power: "off" }, 9)).since).toBe(5);
});
