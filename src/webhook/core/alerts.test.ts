import { expect, test } from "vitest";
import { alertOf, bodyOf, restAfter, type Seen } from "./alerts.ts";

const seen = (kind: Seen["kind"], detail: Seen["detail"] = {}): Seen => ({
  ...{ id: 7, at: 0, kind, machine: "web1", mac: null, says: "it was seen", detail },
});

test.each([
  [seen("console.sighting", { sighting: "kernel-panic" }), "panic.seen"],
  [seen("console.sighting", { sighting: "installer-error" }), "install.stuck"],
  [seen("console.sighting", { sighting: "login-prompt" }), undefined],
  [seen("install.failed"), "install.failed"],
  [seen("rescue.failed"), "story.failed"],
  [seen("rescue.ended"), undefined],
  [seen("image.checked", { overall: "fail" }), "skew.found"],
  [seen("image.checked", { overall: "pass" }), undefined],
  [seen("image.failed", { image: "debian-12" }), "skew.found"],
  [seen("image.passed", { image: "debian-12" }), "skew.over"],
  [seen("dhcp.other-server", { finding: "other-server" }), "dhcp.other-server"],
  [seen("dhcp.other-server", { message: "OFFER" }), undefined],
  [seen("dhcp.heard"), undefined],
  [seen("check.failed", { host: "db1" }), "check.failed"],
  [seen("check.passed", { host: "db1" }), "check.passed"],
])("%j is the alert %s", (event, name) => {
  expect(alertOf(event)).toBe(name);
});

test("the same event gives the same bytes, with a number that stays and a way to it", () => {
  const event = seen("console.lost", { because: "x" });

  expect(bodyOf("console.lost", event)).toBe(bodyOf("console.lost", { ...event }));
  expect(JSON.parse(bodyOf("console.lost", event))).toMatchObject({
    ...{
      id: "event-7",
      event: "console.lost",
      at: "1970-01-01T00:00:00.000Z",
      page: "/machines/web1?event=7",
    },
  });
});

test("an alert about a host that is no machine on record leads to the host's checks", () => {
  const event = { ...seen("check.failed", { host: "root@db1" }), machine: null };

  expect(JSON.parse(bodyOf("check.failed", event)).page).toBe("/checks/root%40db1");
});

test("rests grow and are bounded", () => {
  expect([1, 2, 3, 20].map(restAfter)).toEqual([5000, 10_000, 20_000, 900_000]);
});
