import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readRecording } from "../../../../test/support/recording.ts";
import { replayed } from "../../../../test/support/replay-boot.ts";
import type { Observed } from "../../../base/event.ts";
import { addressReasons } from "./address-reasons.ts";
import { diagnose } from "./diagnose.ts";
import { fileReasons } from "./file-reasons.ts";
import { ipv6Reasons } from "./ipv6-reasons.ts";
import { storyOf } from "./story.ts";

/** Boots of real firmware that did not get on (captures/why/README.md): packets that are heard once more, or events. */
const DIRECTORY = "captures/why";
const captures = await Promise.all(
  readdirSync(DIRECTORY)
    .filter((name) => /\.(hex|jsonl)$/.test(name))
    .map(async (name) => {
      const text = readFileSync(`${DIRECTORY}/${name}`, "utf8");
      return { name, ...(name.endsWith(".hex") ? await fromPackets(text) : fromEvents(text)) };
    }),
);

async function fromPackets(text: string) {
  const recording = readRecording(text);
  return { expected: recording.expect, ...(await replayed(recording)) };
}

type Head = { readonly expect: string; readonly others?: readonly string[] };

function fromEvents(text: string) {
  const [head, ...events] = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const { expect: expected, others = [] } = head as Head;
  return { expected, events: events as Observed[], others };
}

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
