/**
 * A signal that aborts when the other does or when the time is over. Not AbortSignal.any with
 * AbortSignal.timeout: Node 20 may collect that pair as garbage before it fires.
 */
export function limitOf(stopped: AbortSignal, ms: number): { signal: AbortSignal; clear(): void } {
  const limit = new AbortController();
  const end = () => limit.abort();
  const timer = setTimeout(end, ms);
  stopped.addEventListener("abort", end, { once: true });
  if (stopped.aborted) end();
  const clear = () => {
    clearTimeout(timer);
    stopped.removeEventListener("abort", end);
  };
  return { signal: limit.signal, clear };
}
