/** What the process is told from outside. */
export type Signals = {
  readonly stopped: AbortSignal; // SIGINT, SIGTERM; and SIGHUP while nobody wants it for something else
  readonly onHangup: (act: () => void) => void;
};

export function listenForSignals(): Signals {
  const stopping = new AbortController();
  let hangup = () => stopping.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopping.abort());
  process.on("SIGHUP", () => hangup());
  return {
    stopped: stopping.signal,
    onHangup: (act) => {
      hangup = act;
    },
  };
}
