import { type FormEvent, useState } from "react";
import { printable } from "../../src/base/text.ts";
import { clock } from "../core/moment.ts";
import { Failed } from "./failed.tsx";
import { useAsked } from "./use-asked.ts";

type Span = { readonly machine: string; readonly since: number; readonly until: number };
type Props = Span & { readonly go: (at: number) => void };
const MOST = 50;

/** Lines of a recording with a text in them; each leads to its moment. */
export function FoundLines({ go, ...span }: Props) {
  const [text, setText] = useState("");
  const search = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setText(String(new FormData(event.currentTarget).get("text")).trim());
  };
  return (
    <div className="found-lines">
      <form onSubmit={search}>
        <input
          name="text"
          type="search"
          placeholder="Search what was said"
          aria-label="Search the recording"
        />
        <button type="submit">Search</button>
      </form>
      {text !== "" && <Lines {...span} text={text} go={go} />}
    </div>
  );
}

function Lines({ machine, since, until, text, go }: Props & { text: string }) {
  const { outcome, ask } = useAsked("consoleLog", { name: machine, since, until, text, limit: MOST });
  if (outcome === undefined) return <p className="waiting">Searching…</p>;
  if (!outcome.ok) return <Failed failure={outcome.failure} ask={ask} />;
  const { lines } = outcome.value;
  if (lines.length === 0) return <p className="nothing">No line has “{text}” in it.</p>;
  return (
    <ol aria-label="Lines found">
      {lines.map((line, i) => (
        <li key={i}>
          <button type="button" className="quiet" onClick={() => go(line.at)}>
            <time>{clock(line.at)}</time> <code>{printable(line.text, 200)}</code>
          </button>
        </li>
      ))}
      {outcome.value.next !== null && <li className="dim">The first {MOST} are shown.</li>}
    </ol>
  );
}
