import type { ReactNode } from "react";
import type { Answer, CallName } from "../../src/api/table.ts";
import { CommandLine } from "./command-line.tsx";
import { Failed } from "./failed.tsx";
import type { Asked } from "./use-asked.ts";

type Props<N extends CallName> = {
  readonly title: string;
  readonly line: string; // the same in a terminal
  readonly asked: Asked<N>;
  readonly isBrief?: boolean; // two lines and an act
  readonly children: (answer: Answer<N>) => ReactNode;
};

/** One thing that a BMC is asked for now; it has its place from the start. */
export function Aspect<N extends CallName>({ title, line, asked, isBrief, children }: Props<N>) {
  const { outcome, ask } = asked;
  return (
    <section
      className={isBrief ? "aspect told brief" : "aspect told"}
      aria-label={title}
      aria-busy={outcome === undefined}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
    >
      <div className="bar">
        <h2>{title}</h2>
        <button type="button" className="quiet" onClick={ask} aria-label={`Read again: ${title}`}>
          Read again
        </button>
        <CommandLine line={line} />
      </div>
      {outcome === undefined && <p className="waiting">Asking the BMC; a slow one takes half a minute…</p>}
      {outcome?.ok === false && <Failed failure={outcome.failure} ask={ask} />}
      {outcome?.ok === true && children(outcome.value)}
    </section>
  );
}
