import { afterEach, beforeEach, expect, test } from "vitest";
import { openOneService } from "../support/one-service.ts";

let service: Awaited<ReturnType<typeof openOneService>>;
beforeEach(async () => {
  service = await openOneService();
});
afterEach(() => service.close());

test("what a machine said is listed, read from a moment on, logged and searched through the API", async () => {
  const { agent, says } = service.startAgent();
  service.attach(agent);
  const { api } = service;
  await expect
    .poll(async () => (await api.ask("showMachine", { name: "m1" }).catch(() => undefined))?.console.is)
    .toBe("attached");

  says("\x1b]0;evil\x07[    0.000000] Linux version 6.1.0\r\nsecond line\r\n");
  await expect
    .poll(async () => (await api.ask("consoleLog", { name: "m1" })).lines.length)
    .toBeGreaterThan(2);
  const { recordings } = await api.ask("listRecordings", { name: "m1" });
  const { file } = recordings[0]!;
  const index = await api.ask("recordingIndex", { name: "m1", file });
  const part = await api.ask("readRecording", { name: "m1", file });
  const log = await api.ask("consoleLog", { name: "m1" });
  const found = await api.ask("searchConsoles", { text: "linux VERSION" });

  expect(recordings[0]).toMatchObject({ machine: "m1", sealed: false, endedAt: null });
  expect(index.marks.map(({ says: mark }) => mark)).toContain("The console of m1 is attached and recorded");
  expect(
    part.events
      .filter(({ code }) => code === "o")
      .map(({ text }) => text)
      .join(""),
  ).toContain("second line");
  expect(log.lines.filter(({ is }) => is === "said").map(({ text }) => text)).toEqual([
    "[    0.000000] Linux version 6.1.0",
    "second line",
  ]);
  expect(found).toMatchObject({
    found: [{ machine: "m1", text: "[    0.000000] Linux version 6.1.0" }],
    unread: [],
  });
});

test("a file outside the recordings, or of another machine, is not read", async () => {
  const { agent } = service.startAgent();
  service.attach(agent);
  await expect
    .poll(
      async () =>
        (await service.api.ask("listRecordings", { name: "m1" }).catch(() => undefined))?.recordings.length ??
        0,
    )
    .toBeGreaterThan(0);

  const asked = service.api.ask("readRecording", { name: "m1", file: "../../../etc/passwd" });

  await expect(asked).rejects.toThrow("There is no recording");
});
