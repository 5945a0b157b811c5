type Needs = {
  readonly firstAfterMs: number; // the service answers first
  readonly everyMs: number;
  readonly look: () => Promise<void>;
  readonly troubled: (error: unknown) => void;
};
export type Rounds = { readonly signal: AbortSignal; stop(): Promise<void> };

/** One look after the other, each so long after the end of the one before; `signal` aborts when they are to stop. */
export function inRounds({ firstAfterMs, everyMs, look, troubled }: Needs): Rounds {
  const stopping = new AbortController();
  let round: Promise<void> = Promise.resolve();
  const again = () => {
    round = look().catch(troubled);
    void round.then(() => {
      if (!stopping.signal.aborted) timer = setTimeout(again, everyMs);
    });
  };
  let timer = setTimeout(again, firstAfterMs);
  return {
    signal: stopping.signal,
    async stop() {
      clearTimeout(timer);
      stopping.abort();
      await round;
    },
  };
}
