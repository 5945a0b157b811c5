export type Limit = { readonly signal: AbortSignal; clear(): void };

/**
 * Aborts with the first of `signals` that does, for the same reason. Not AbortSignal.any: Node 20 may collect what that
 * gives, or a timeout among its sources, while somebody waits for it. `clear` when nobody does any more.
 */
export function firstOf(...signals: readonly (AbortSignal | undefined)[]): Limit {
  const first = new AbortController();
  const heard = signals.flatMap((signal) =>
    signal === undefined ? [] : [{ signal, abort: () => first.abort(signal.reason) }],
  );
  for (const { signal, abort } of heard) {
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
  }
  const clear = () => {
    for (const { signal, abort } of heard) signal.removeEventListener("abort", abort);
  };
  return { signal: first.signal, clear };
}

/** The same, and after `ms` a TimeoutError; it keeps no process alive. */
export function limitOf(ms: number, ...signals: readonly (AbortSignal | undefined)[]): Limit {
  const late = new AbortController();
  const end = () => late.abort(new DOMException("The time for it is over", "TimeoutError"));
  const timer = setTimeout(end, ms).unref();
  const first = firstOf(late.signal, ...signals);
  const clear = () => {
    clearTimeout(timer);
    first.clear();
  };
  return { signal: first.signal, clear };
}
