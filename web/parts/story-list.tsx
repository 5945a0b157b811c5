import { useEffect } from "react";
import type { Story } from "../../src/api/shapes.ts";
import { printable } from "../../src/base/text.ts";
import { dayAndClock } from "../core/moment.ts";
import { Link } from "../router.tsx";
import { CommandLine } from "./command-line.tsx";
import { Shape } from "./shape.tsx";
import { useAnswer } from "./use-answer.ts";

const ASK_MS = 3_000;
const LOOKS = { open: "busy", done: "good", failed: "bad", cancelled: "off" } as const;

/** Installs and other long work, the newest first. */
export function StoryList() {
  const answer = useAnswer("listStories", {}, { ms: ASK_MS, matters: true });
  useEffect(() => {
    document.title = "Installs · Rackhand";
  }, []);
  if (answer === undefined) return <p className="waiting">Reading the installs…</p>;
  if (answer.stories.length === 0)
    return (
      <section className="empty">
        <h1>Nothing was installed from here yet</h1>
        <p>This installs Debian on a machine on record, and tells each step:</p>
        <CommandLine line="rackhand install NAME --image debian-13 --watch" />
      </section>
    );
  return (
    <section className="segments" aria-label="Installs">
      <div className="bar">
        <h1>Installs</h1>
        <span className="dim">{answer.stories.length}</span>
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">Machine</th>
            <th scope="col">State</th>
            <th scope="col">How it stands</th>
            <th scope="col">Asked for</th>
            <th scope="col">Number</th>
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

function StoryRow({ story: { id, kind, machine, state, says, at, by } }: { story: Story }) {
  return (
    <tr>
      <th scope="row" className="machine-name">
        <Link className="row" to={{ at: "machine", name: machine }}>
          {machine}
        </Link>
      </th>
      <td data-says="State">
        <span>
          <Shape look={LOOKS[state]} /> {kind} {state === "open" ? "under way" : state}
        </span>
      </td>
      <td data-says="How it stands" className="waits">
        {printable(says, 200)}
      </td>
      <td data-says="Asked for">
        {dayAndClock(at)} <span className="dim">by {by}</span>
      </td>
      <td data-says="Number">{id}</td>
    </tr>
  );
}
