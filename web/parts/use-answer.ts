import { useEffect, useState } from "react";
import type { Answer, CallName, Question } from "../../src/api/table.ts";
import { call } from "../ask/call.ts";

/** The answer to a question that is asked again and again while it matters; what fails is asked again as well. */
export function useAnswer<N extends CallName>(
  row: N,
  question: Question<N>,
  every: { ms: number; matters: boolean },
): Answer<N> | undefined {
  const [answer, setAnswer] = useState<Answer<N>>();
  const { ms, matters } = every;
  const asked = JSON.stringify(question);
  useEffect(() => setAnswer(undefined), [row, asked, matters]);
  useEffect(() => {
    if (!matters) return;
    const asking = new AbortController();
    const ask = async () => {
      const outcome = await call(row, JSON.parse(asked) as Question<N>, asking.signal);
      if (!asking.signal.aborted && outcome.ok) setAnswer(outcome.value);
    };
    void ask();
    const again = setInterval(() => void ask(), ms);
    return () => {
      asking.abort();
      clearInterval(again);
    };
  }, [row, asked, ms, matters]);
  return answer;
}
