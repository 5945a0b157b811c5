import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readRecording } from "../../../../test/support/recording.ts";
import { replayed } from "../../../../test/support/replay-boot.ts";
import { addressReasons } from "./address-reasons.ts";
import { diagnose } from "./diagnose.ts";
import { fileReasons } from "./file-reasons.ts";
import { ipv6Reasons } from "./ipv6-reasons.ts";
import { storyOf } from "./story.ts";

/** Boots of real firmware that did not get on, as packets that are heard once more: captures/why/README.md. */
const DIRECTORY = "captures/why";
const recorded = (name: string) => readRecording(readFileSync(`${DIRECTORY}/${name}`, "utf8"));
const captures = await Promise.all(
  readdirSync(DIRECTORY)
    .filter((name) => name.endsWith(".hex"))
    .map(async (name) => {
      const recording = recorded(name);
      return { name, expected: recording.expect, ...(await replayed(recording)) };
    }),
);

test.each(captures)("$name: $expected", ({ expected, events, others }) => {
  expect(diagnose(events, others)?.says).toBe(expected);
});

test("every reason that there is speaks first in one of them", () => {
  const reasons = [...fileReasons, ...addressReasons, ...ipv6Reasons];
  const speaking = captures.map(({ events, others }) => {
    const story = storyOf(events, 0, others);
    return reasons.findIndex((reason) => reason(story) !== undefined);
  });

  const silent = reasons.flatMap(({ name }, index) => (speaking.includes(index) ? [] : name || index));
  expect(silent).toEqual([]);
});

test.each([
  ["script-waits-router.hex", 16],
  ["script-waits.hex", 0],
])("iPXE waits 16 s for a router where nobody tells that there is none: %s", (name, seconds) => {
  const { packets } = recorded(name);
  const request = packets.findLast(({ by, from }) => by === "udp" && from.address === "0.0.0.0")!;
  const menu = packets.find(({ by }) => by === "tcp")!;

  expect(Math.floor((menu.at - request.at) / 1000)).toBe(seconds);
});
