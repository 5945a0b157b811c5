import { useEffect } from "react";
import type { Story } from "../../src/api/shapes.ts";
import { printable } from "../../src/base/text.ts";
import { clock, day, dayAndClock } from "../core/moment.ts";
import { Link } from "../router.tsx";
import { CommandLine } from "./command-line.tsx";
import { Shape } from "./shape.tsx";
import { STORY_STATES, standsWords, subjectWords } from "./story-words.tsx";
import { useAnswer } from "./use-answer.ts";
import { moveFocus, useKeys } from "./use-keys.ts";

const ASK_MS = 3_000;

/** Installs, rescues and wipes, the newest first. */
export function StoryList() {
  const answer = useAnswer("listStories", {}, { ms: ASK_MS, matters: true });
  useEffect(() => {
    document.title = "Installs · Rackhand";
  }, []);
  useKeys({ next: () => moveFocus("a.row", 1), previous: () => moveFocus("a.row", -1) });
  if (answer === undefined) return <p className="waiting">Reading what was asked for…</p>;
  if (answer.stories.length === 0)
    return (
      <section className="empty">
        <h1>Nothing was installed, rescued or wiped from here yet</h1>
        <p>This installs Debian on a machine on record, and tells each step:</p>
        <CommandLine line="rackhand install NAME --image debian-13 --watch" />
      </section>
    );
  return (
    <section className="segments" aria-label="Installs, rescues and wipes">
      <div className="bar">
        <h1>Installs, rescues and wipes</h1>
        <span className="dim">{answer.stories.length}</span>
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">Number</th>
            <th scope="col">Machine</th>
            <th scope="col">State</th>
            <th scope="col">How it stands</th>
            <th scope="col">What</th>
            <th scope="col">Asked for</th>
          </tr>
        </thead>
        <tbody>
          {answer.stories.map((story) => (
            <StoryRow key={story.id} story={story} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function StoryRow({ story }: { story: Story }) {
  const { id, machine, state, at, by } = story;
  return (
    <tr>
      <th scope="row" className="machine-name">
        <Link className="row" to={{ at: "install", name: `${id}` }}>
          {id}
        </Link>
      </th>
      <td data-says="Machine">
        <code>{machine}</code>
      </td>
      <td data-says="State">
        <span className="state-word">
          <Shape look={STORY_STATES[state].look} />
          {STORY_STATES[state].word}
        </span>
      </td>
      <td data-says="How it stands" className="waits">
        {standsWords(story, 200)}
      </td>
      <td data-says="What">{subjectWords(story)}</td>
      <td data-says="Asked for">
        <time title={dayAndClock(at)}>{`${day(at)} ${clock(at)}`}</time>{" "}
        <span className="dim">by {printable(by, 60)}</span>
      </td>
    </tr>
  );
}
