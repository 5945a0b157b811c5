import { useCallback, useEffect, useState } from "react";
import type { Answer, CallName, Question } from "../../src/api/table.ts";
import { call, type Outcome } from "../ask/call.ts";

/** An answer that is worth asking for once: `undefined` while it is under way, and again by `ask`. */
export type Asked<N extends CallName> = {
  readonly outcome: Outcome<Answer<N>> | undefined;
  readonly ask: () => void;
};

export function useAsked<N extends CallName>(row: N, question: Question<N>): Asked<N> {
  const [outcome, setOutcome] = useState<Outcome<Answer<N>>>();
  const [times, setTimes] = useState(0);
  const asked = JSON.stringify(question);
  useEffect(() => {
    setOutcome(undefined);
    const asking = new AbortController();
    void call(row, JSON.parse(asked) as Question<N>, asking.signal).then((came) => {
      if (!asking.signal.aborted) setOutcome(came);
    });
    return () => asking.abort();
  }, [row, asked, times]);
  return { outcome, ask: useCallback(() => setTimes((n) => n + 1), []) };
}
