/** So many at once, then so many a second. */
export type Pace = { readonly burst: number; readonly perSecond: number };

const MOST_KEYS = 4096;

/**
 * Whether one more may pass, for each key apart. Who is forgotten because too many others came starts anew:
 * that errs on the side of passing.
 */
export function paceKeeper({ burst, perSecond }: Pace, now: () => number): (key: string) => boolean {
  const left = new Map<string, { tokens: number; at: number }>(); // oldest touch first
  return (key) => {
    const before = left.get(key) ?? { tokens: burst, at: now() };
    const grown = Math.max(0, now() - before.at) * (perSecond / 1000);
    const tokens = Math.min(burst, before.tokens + grown);
    const passes = tokens >= 1;
    left.delete(key);
    left.set(key, { tokens: passes ? tokens - 1 : tokens, at: now() });
    if (left.size > MOST_KEYS) left.delete(left.keys().next().value!);
    return passes;
  };
}
