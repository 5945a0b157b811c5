import type { Observed } from "../../../base/event.ts";
import { addressReasons } from "./address-reasons.ts";
import { fileReasons } from "./file-reasons.ts";
import { ipv6Reasons } from "./ipv6-reasons.ts";
import { type Diagnosis, isKernel, isWhole, storyOf } from "./story.ts";

/**
 * Why a machine does not get on: one sentence from what was observed of it, and the events that show it.
 * Nothing, when its kernel is loaded, or nothing is to be seen.
 */
export function diagnose(
  events: readonly Observed[],
  others: readonly string[] = [], // DHCP servers that were found on its segment
): Diagnosis | undefined {
  const story = storyOf(events, afterLastKernel(events), others);
  for (const reason of [...fileReasons, ...addressReasons, ...ipv6Reasons]) {
    const found = reason(story);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A boot that reached its kernel is over: what counts is what came after it. */
function afterLastKernel(events: readonly Observed[]): number {
  return events.findLastIndex((event) => isWhole(event) && isKernel(event)) + 1;
}
