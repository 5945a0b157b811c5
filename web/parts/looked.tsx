import type { Finding } from "../../src/api/shapes.ts";
import { printable } from "../../src/base/text.ts";
import { Shape } from "./shape.tsx";

const WORDS = {
  fail: { look: "bad", word: "against it" },
  unknown: { look: "unknown", word: "could not tell" },
  warn: { look: "asks", word: "note" },
  pass: { look: "good", word: "fine" },
} as const;
const ORDER = Object.keys(WORDS);

/** What was looked at before, what speaks against it first. */
export function Looked({ findings }: { findings: readonly Finding[] }) {
  const sorted = [...findings].sort((a, b) => ORDER.indexOf(a.is) - ORDER.indexOf(b.is));
  return (
    <section className="looked" aria-label="What was looked at">
      <h3>What was looked at</h3>
      <ul>
        {sorted.map(({ id, is, says, remedy }) => (
          <li key={`${id} ${says}`}>
            <Shape look={WORDS[is].look} />
            <span>
              <span className="dim">{WORDS[is].word}:</span> {printable(says, 400)}
              {is !== "pass" && remedy !== undefined && ` ${printable(remedy, 400)}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
