import type { Machine } from "../../src/api/shapes.ts";
import { printable } from "../../src/base/text.ts";
import { clock } from "../core/moment.ts";
import { Shape } from "./shape.tsx";
import { useAnswer } from "./use-answer.ts";

const ASK_MS = 5000;
/** States in which a machine is getting on: there is nothing to ask. */
const FINE = new Set(["off", "kernel", "installer", "up"]);

/** On top of everything, when there is one: the reason why the machine does not get on, its evidence a click away. */
export function WhyLine({ machine: { name, state } }: { machine: Machine }) {
  const why = useAnswer("why", { name }, { ms: ASK_MS, matters: !FINE.has(state.word) });
  if (why === undefined || why.says === null) return null;
  return (
    <details className="why">
      <summary>
        <Shape look="bad" /> <strong>{printable(why.says, 400)}</strong>
      </summary>
      <ol>
        {why.evidence.map((event) => (
          <li key={event.id}>
            <time>{clock(event.at)}</time> {printable(event.says, 400)}
          </li>
        ))}
      </ol>
    </details>
  );
}
