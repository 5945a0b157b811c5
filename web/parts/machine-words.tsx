import type { Machine } from "../../src/api/shapes.ts";
import { titleOf } from "../core/acts.ts";
import { lookOf } from "../core/look.ts";
import { dayAndClock, forHowLong } from "../core/moment.ts";
import { PowerShape, Shape } from "./shape.tsx";

/** The parts of a machine's row: list and page show the same. */

export function StateWord({ state }: { state: Machine["state"] }) {
  return (
    <span className="state-word">
      <Shape look={lookOf(state.word)} />
      {state.word}
    </span>
  );
}

export function Since({ at, now }: { at: number | null; now: number }) {
  if (at === null) return <span className="dim">not known</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={`since ${dayAndClock(at)}`}>
      {forHowLong(at, now)}
    </time>
  );
}

export function PowerWord({ power }: { power: Machine["power"] }) {
  return (
    <span className="state-word">
      <PowerShape power={power} />
      {power}
    </span>
  );
}

const PLANS = {
  local: () => "boot from disk",
  installer: (image) => `${titleOf(image)} installer`.trim(),
  live: (image) => `live system ${image}`,
  kernel: (image) => `kernel ${image}`,
} as const satisfies Record<NonNullable<Machine["plan"]>["kind"], (image: string) => string>;

export function PlanWords({ plan }: { plan: Machine["plan"] }) {
  if (plan === null) return <span className="dim">none</span>;
  const what = PLANS[plan.kind](plan.image ?? "");
  return (
    <span
      title={`by ${plan.by}, ${dayAndClock(plan.at)}`}
      className={plan.state === "used" ? "dim" : undefined}
    >
      {what}
      {plan.preseed ? " with a preseed" : ""}, {plan.state}
    </span>
  );
}

export function SegmentWords({ machine }: { machine: Machine }) {
  if (machine.attended) return <>{machine.segment}</>;
  return (
    <span className="state-word" title={`Nothing attends to the segment ${machine.segment} now`}>
      <Shape look="bad" />
      {machine.segment}, not attended
    </span>
  );
}

/** How the next answer to its firmware will look: by what worked before. */
export function WayWords({ ways }: { ways: Machine["ways"] }) {
  return ways.map(({ mac, asker, way, at }, i) => (
    <span key={`${mac} ${asker}`} title={`worked for ${mac} on ${dayAndClock(at)}`}>
      {i > 0 && ", "}
      {way} <span className="dim">to {asker}</span>
    </span>
  ));
}
