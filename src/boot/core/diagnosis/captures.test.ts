import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Observed } from "../../../base/event.ts";
import { addressReasons } from "./address-reasons.ts";
import { diagnose } from "./diagnose.ts";
import { fileReasons } from "./file-reasons.ts";
import { ipv6Reasons } from "./ipv6-reasons.ts";
import { storyOf } from "./story.ts";

/**
 * Boots of real firmware that did not get on (`test/firmware/hardships.ts`): a header with what it was, and the
 * sentence that must be said; then the events that the service told.
 */
const DIRECTORY = "captures/why";
type Head = { readonly from: string; readonly expect: string; readonly others?: readonly string[] };
const captures = readdirSync(DIRECTORY).map((name) => {
  const [head, ...events] = readFileSync(`${DIRECTORY}/${name}`, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return { name, head: head as Head, events: events as Observed[] };
});

test.each(captures)("$name: $head.expect", ({ head, events }) => {
  expect(diagnose(events, head.others)?.says).toBe(head.expect);
});

test("every reason that there is speaks first in one of them", () => {
  const reasons = [...fileReasons, ...addressReasons, ...ipv6Reasons];
  const speaking = captures.map(({ head, events }) => {
    const story = storyOf(events, 0, head.others ?? []);
    return reasons.findIndex((reason) => reason(story) !== undefined);
  });

  const silent = reasons.flatMap(({ name }, index) => (speaking.includes(index) ? [] : name || index));
  expect(silent).toEqual([]);
});
