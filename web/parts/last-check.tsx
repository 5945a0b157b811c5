import type { ImageCheck } from "../../src/api/shapes.ts";
import { printable } from "../../src/base/text.ts";
import { dayAndClock } from "../core/moment.ts";
import { Shape } from "./shape.tsx";

const WORDS = { pass: "passed", fail: "failed", unknown: "could not tell" } as const;
const LOOKS = { pass: "good", fail: "bad", unknown: "unknown" } as const;

/** The answer of an image's last check; what was found, and what to do about it, a click away. */
export function LastCheck({ check }: { check: ImageCheck | null }) {
  if (check === null) return <span className="dim">not yet</span>;
  const open = check.findings.filter(({ is }) => is !== "pass");
  const word = (
    <>
      <Shape look={LOOKS[check.overall]} /> {WORDS[check.overall]}
    </>
  );
  if (open.length === 0) return <span title={dayAndClock(check.at)}>{word}</span>;
  return (
    <details className="last-check">
      <summary title={dayAndClock(check.at)}>{word}</summary>
      <ul>
        {open.map(({ id, says, remedy }) => (
          <li key={id}>
            {printable(says, 1000)}{" "}
            {remedy !== undefined && <span className="dim">{printable(remedy, 1000)}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}
