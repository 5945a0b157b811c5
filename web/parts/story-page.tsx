import { useEffect, useState } from "react";
import type { Story, TimelineEvent } from "../../src/api/shapes.ts";
import type { Failure } from "../../src/api/table.ts";
import { printable } from "../../src/base/text.ts";
import { duration } from "../../src/base/units.ts";
import { call } from "../ask/call.ts";
import { fold } from "../core/fold.ts";
import { clock, dayAndClock } from "../core/moment.ts";
import { bootsWords, kindOf } from "../core/story-kinds.ts";
import { type StoryStep, stepsOf } from "../core/story-steps.ts";
import { go, Link } from "../router.tsx";
import { useNow } from "../store.ts";
import { ActRow } from "./act-row.tsx";
import { CommandLine } from "./command-line.tsx";
import { KindIcon, toneOf } from "./kind-icon.tsx";
import { Shape } from "./shape.tsx";
import { STORY_STATES, standsWords, subjectWords } from "./story-words.tsx";
import { useAnswer } from "./use-answer.ts";
import { moveFocus, useKeys } from "./use-keys.ts";

const ASK_MS = 2_000;
type Props = { id: string; failed: (failure: Failure) => void };

/** One install, rescue or wipe: its steps on the left, beside them what was observed while the chosen one ran. */
export function StoryPage({ id, failed }: Props) {
  const number = Number(id);
  const isNumber = Number.isSafeInteger(number) && number > 0;
  const story = useAnswer("showStory", { id: number }, { ms: ASK_MS, matters: isNumber });
  const [chosen, choose] = useState<string>();
  const title = `${story === undefined ? "Story" : kindOf(story).title} ${id}`;
  useEffect(() => {
    document.title = `${title} · Rackhand`;
  }, [title]);
  useKeys({ next: () => moveFocus(".step", 1), previous: () => moveFocus(".step", -1) });
  if (!isNumber) return <NoSuchStory id={id} />;
  if (story === undefined) return <Reading id={id} />;
  const steps = stepsOf(story);
  const step = steps.find(({ key }) => key === chosen) ?? steps.at(-1);
  return (
    <article className="story">
      <Head story={story} failed={failed} />
      <div className="panes">
        <ol className="steps" aria-label="Steps">
          {steps.map((one) => (
            <li key={one.key}>
              <Step step={one} isChosen={one === step} choose={() => choose(one.key)} />
            </li>
          ))}
        </ol>
        {step && <Output machine={story.machine} step={step} />}
      </div>
    </article>
  );
}

/** It is asked for again by itself; after a while it is said that there may be none. */
function Reading({ id }: { id: string }) {
  return (
    <section className="empty waiting">
      <h1>Reading story {id}…</h1>
      <p>If it does not come, there may be none of this number. Those there are:</p>
      <Link to={{ at: "installs" }}>See them here</Link>
    </section>
  );
}

function NoSuchStory({ id }: { id: string }) {
  return (
    <section className="empty">
      <h1>There is no story “{printable(id, 40)}”</h1>
      <p>An install, a rescue or a wipe is a story, and has a number. Those there are:</p>
      <CommandLine line="rackhand story list" />
      <p>
        <Link to={{ at: "installs" }}>See them here</Link>
      </p>
    </section>
  );
}

function Head({ story, failed }: { story: Story; failed: (failure: Failure) => void }) {
  const { id, machine, state, at, by, endedAt } = story;
  const now = useNow(1000);
  return (
    <header className="machine-head">
      <h1>
        {kindOf(story).title} {id}: <Link to={{ at: "machine", name: machine }}>{machine}</Link>
      </h1>
      <p className="now" role="status">
        <span className="state-word">
          <Shape look={STORY_STATES[state].look} />
          {STORY_STATES[state].word}
        </span>
        <span className="dim">
          {endedAt === null ? `for ${duration(now - at)}` : `after ${duration(endedAt - at)}`}
        </span>
      </p>
      <p className={state === "failed" ? "reason" : undefined}>{standsWords(story, 1000)}</p>
      <p className="dim">
        {subjectWords(story)}; asked for {dayAndClock(at)} by {printable(by, 60)}
      </p>
      <StoryAct story={story} failed={failed} act="cancel" />
      {(state === "failed" || state === "cancelled") && (
        <StoryAct story={story} failed={failed} act="retry" />
      )}
    </header>
  );
}

type Act = {
  readonly row: "cancelStory" | "retryStory";
  readonly button: (story: Story) => string;
  readonly cli: string;
  readonly asks: (story: Story) => string;
  readonly no: string;
};
const ACTS = {
  cancel: {
    row: "cancelStory",
    button: ({ kind }) => `Cancel the ${kind}`,
    cli: "rackhand story cancel",
    asks: (story) =>
      `Cancel the ${story.kind} of ${story.machine}? ${kindOf(story).left} ${story.machine} is left as it is.`,
    no: "Let it go on",
  },
  retry: {
    row: "retryStory",
    button: () => "Ask for it again",
    cli: "rackhand story retry",
    asks: (story) => `Ask for it again as it was asked? ${bootsWords(story)} ${kindOf(story).again}`,
    no: "Leave it",
  },
} as const satisfies Record<string, Act>;

/** One act on it: what cannot be done now says why. */
function StoryAct(of: { story: Story; failed: (failure: Failure) => void; act: keyof typeof ACTS }) {
  const { id, state } = of.story;
  const { row, button, cli, asks, no } = ACTS[of.act];
  const isLate = of.act === "cancel" && state !== "open";
  const label = button(of.story);
  return (
    <ActRow
      label={label}
      line={`${cli} ${id}`}
      because={isLate ? `it has ended: ${STORY_STATES[state].word}` : undefined}
      asks={{ says: asks(of.story), yes: label, no }}
      isCopiedByKey={of.act === "cancel"}
      act={() => call<"cancelStory" | "retryStory">(row, { id })}
      done={(answer) => "id" in answer && go({ at: "install", name: `${answer.id}` })}
      failed={of.failed}
    />
  );
}

const LOOKS = { fine: "good", failed: "bad", "under way": "busy", ended: "off" } as const;

function Step({ step, isChosen, choose }: { step: StoryStep; isChosen: boolean; choose: () => void }) {
  const now = useNow(1000);
  const { act, is, says, from, to } = step;
  return (
    <button type="button" className="step" aria-current={isChosen ? "step" : undefined} onClick={choose}>
      <Shape look={LOOKS[is]} />
      <span>
        <strong>{printable(act, 60)}</strong>
        {step.try > 1 && ` (try ${step.try})`} <span className="dim">{is}</span>
        <span className="step-says">{printable(says, 300)}</span>
      </span>
      <span className="dim took">{duration(Math.max(0, (to ?? now) - from))}</span>
    </button>
  );
}

const MOST_EVENTS = 500;

/** What was observed of the machine while a step ran. */
function Output({ machine, step: { act, from, to } }: { machine: string; step: StoryStep }) {
  const span = to === undefined ? { since: from } : { since: from, until: to };
  const question = { name: machine, limit: MOST_EVENTS, ...span };
  const answer = useAnswer("timeline", question, { ms: to === undefined ? ASK_MS : 60_000, matters: true });
  return (
    <section className="output" aria-label={`Observed during: ${act}`}>
      <div className="bar">
        <h2>Observed meanwhile</h2>
        <Link to={{ at: "machine", name: machine }}>Timeline and console of {machine}</Link>
      </div>
      {answer === undefined && <p className="waiting">Reading what was observed…</p>}
      {answer?.events.length === 0 && <p className="nothing">Nothing was observed.</p>}
      <ol>
        {fold(answer?.events ?? []).map(({ key, events }) => (
          <Observed key={key} event={events.at(-1)!} times={events.length} />
        ))}
      </ol>
    </section>
  );
}

function Observed({ event: { at, kind, says }, times }: { event: TimelineEvent; times: number }) {
  return (
    <li className={`line ${toneOf(kind)}`}>
      <time dateTime={new Date(at).toISOString()} title={dayAndClock(at)}>
        {clock(at)}
      </time>
      <KindIcon kind={kind} />
      <span className="says">{printable(says, 400)}</span>
      {times > 1 && <span className="times">×{times}</span>}
    </li>
  );
}
