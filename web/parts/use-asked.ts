import { useCallback, useEffect, useState } from "react";
import type { Answer, CallName, Question } from "../../src/api/table.ts";
import { call, type Outcome } from "../ask/call.ts";

/** An answer that is worth asking for: `undefined` while it is under way, and again by `ask`. */
export type Asked<N extends CallName> = {
  readonly outcome: Outcome<Answer<N>> | undefined;
  readonly ask: () => void;
};

/** Once; with `everyMs` again and again, quietly. */
export function useAsked<N extends CallName>(row: N, question: Question<N>, everyMs?: number): Asked<N> {
  const [outcome, setOutcome] = useState<Outcome<Answer<N>>>();
  const [times, setTimes] = useState(0);
  const asked = JSON.stringify(question);
  useEffect(() => {
    setOutcome(undefined);
    const asking = new AbortController();
    const askNow = async () => {
      const came = await call(row, JSON.parse(asked) as Question<N>, asking.signal);
      if (!asking.signal.aborted) setOutcome(came);
    };
    void askNow();
    const again = everyMs === undefined ? undefined : setInterval(() => void askNow(), everyMs);
    return () => {
      asking.abort();
      clearInterval(again);
    };
  }, [row, asked, times, everyMs]);
  return { outcome, ask: useCallback(() => setTimes((n) => n + 1), []) };
}
