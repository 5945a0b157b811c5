import { afterEach, beforeEach, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import type { World } from "../../src/cli/world.ts";
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
  const late = await api.ask("readRecording", { name: "m1", file, from: index.lengthMs + 1, screen: "yes" });
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
  expect([late.events, late.screen?.includes("second line"), part.screen]).toEqual([[], true, null]);
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

/** Runs the command line against the service; a terminal where keys are given. */
async function typed(line: string, keys?: string) {
  const lines: string[] = [];
  let written = "";
  const terminal = {
    raw: () => {},
    typed: (hear: (bytes: Uint8Array) => void) => hear(Buffer.from(keys ?? "")),
    write: (bytes: Uint8Array | string) => {
      written += Buffer.from(bytes).toString();
    },
  };
  const world = {
    ...{ api: service.api, now: Date.now, width: 120, stopped: new AbortController().signal },
    ...{ out: (one: string) => lines.push(one), err: (one: string) => lines.push(one) },
    ...(keys !== undefined && { terminal }),
  } as unknown as World;
  const code = await run(line.split(" "), "0", world);
  return { code, lines, written };
}

test("the command line prints a console's log, searches it, and plays it without what would steer the terminal", async () => {
  const { agent, says } = service.startAgent();
  service.attach(agent);
  await expect.poll(async () => (await typed("console log m1")).lines.length).toBeGreaterThan(0);
  says("\x1b]52;c;ZXZpbA==\x07\x1b[1mhello\x1b[0m\x1b[6n\r\nan I/O error\r\n");
  await expect.poll(async () => (await typed("console log m1 --text error")).lines.length).toBe(1);

  const log = await typed("console log m1 --since 1h");
  const found = await typed("console search ERROR");
  const none = await typed("console search nothing-like-it");
  const played = await typed("console play m1 --at-once", "+");
  const stopped = await typed("console play m1", "q");
  const back = await typed("console play m1", "<n>q");
  const listed = await typed("console recordings m1 --json");

  expect(log.lines.filter((line) => line.endsWith("  hello"))).toHaveLength(1);
  expect(found).toMatchObject({ code: 0, lines: [expect.stringMatching(/^m1 .* {2}an I\/O error$/)] });
  expect(none).toMatchObject({ code: 1, lines: [] });
  expect(played.written).toContain("\x1b[1mhello\x1b[0m\r\n");
  expect(["\x1b]", "\x1b[6n"].filter((one) => played.written.includes(one))).toEqual([]);
  expect(played.written).toContain("that was all");
  expect(back.written).toContain("left and right go 10 s");
  expect(stopped.written).not.toContain("hello");
  expect(JSON.parse(listed.lines[0]!)).toHaveLength(1);
});
