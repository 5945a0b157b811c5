import { type Engine, type Evidence, OLD_END, type Search } from "../core/engine.ts";

/**
 * The simplest engine that can be right: levels and noise from the two ends, then Bayes' rule over all commits. It stands in
 * where a test is about what is around an engine.
 */
export const plainEngine: Engine = (search, evidence) => {
  const last = search.history.size - 1;
  const none = { chances: new Float64Array(search.history.size) };
  for (const commit of [OLD_END, last]) {
    const times = evidence.readings.filter((one) => one.commit === commit).length;
    const under = evidence.pending.filter((one) => one.commit === commit).length;
    if (times + under < AT_ENDS) return { ...none, next: { do: "read", commit, because: "an end" } };
    if (times < AT_ENDS) return { ...none, next: { do: "wait", because: "the ends come first" } };
  }
  const { old, newest, noise } = levels(evidence, last);
  const mean = newest - old;
  const effect = { mean, low: mean - noise, high: mean + noise };
  if (Math.abs(mean) < noise)
    return { ...none, next: { do: "stop", verdict: { is: "not-reproduced", effect, noise } } };
  const chances = posterior(search, evidence, { old, newest, noise });
  const best = chances.reduce((top, one, at) => (one > chances[top]! ? at : top), 0);
  const probability = chances[best]!;
  if (probability >= 1 - search.error)
    return { chances, next: { do: "stop", verdict: { is: "found", commits: [best], probability, effect } } };
  const open = openCommits(search, evidence, chances);
  const unsettled = (because: "budget" | "nothing-left-to-read") => {
    const left = [...chances]
      .map((one, commit) => ({ commit, probability: one }))
      .filter((one) => one.probability > 0.01);
    return {
      chances,
      next: {
        do: "stop",
        verdict: { is: "unsettled", because, left, probability: 1, runsToSettle: 9, effect },
      },
    } as const;
  };
  if (evidence.readings.length >= (search.mostRuns ?? Infinity)) return unsettled("budget");
  const [choice] = open;
  if (choice === undefined) return unsettled("nothing-left-to-read");
  if (evidence.pending.some(({ commit }) => commit === choice))
    return { chances, next: { do: "wait", because: "" } };
  return { chances, next: { do: "read", commit: choice, because: "it halves the doubt" } };
};

const AT_ENDS = 3;

function levels({ readings }: Evidence, last: number) {
  const of = (commit: number) => readings.filter((one) => one.commit === commit).map(({ value }) => value);
  const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;
  const [olds, news] = [of(OLD_END), of(last)];
  const [old, newest] = [mean(olds), mean(news)];
  const off = [...olds.map((one) => one - old), ...news.map((one) => one - newest)];
  const noise = Math.sqrt(off.reduce((sum, one) => sum + one * one, 0) / Math.max(1, off.length - 2));
  return { old, newest, noise: Math.max(noise, Math.abs(newest - old) / 20, 1e-9) };
}

type Levels = ReturnType<typeof levels>;

function posterior(search: Search, { readings }: Evidence, { old, newest, noise }: Levels): Float64Array {
  const logs = Float64Array.from({ length: search.history.size }, (_, at) =>
    Math.log(search.prior?.[at] ?? 1),
  );
  for (const { commit, value } of readings) {
    const shows = ancestors(search, commit);
    const [asOld, asNew] = [old, newest].map((level) => -(((value - level) / noise) ** 2) / 2) as [
      number,
      number,
    ];
    for (let at = 0; at < logs.length; at += 1) logs[at]! += shows[at] === 1 ? asNew : asOld;
  }
  const top = logs.reduce((most, one) => Math.max(most, one), -Infinity);
  const weights = logs.map((one) => Math.exp(one - top));
  const whole = weights.reduce((sum, one) => sum + one, 0);
  return weights.map((one) => one / whole);
}

/** Those that build, the one that halves the probability best first. */
function openCommits(search: Search, { refused }: Evidence, chances: Float64Array): number[] {
  const half = (commit: number) => {
    const shows = ancestors(search, commit);
    return Math.abs(0.5 - chances.reduce((sum, one, at) => sum + one * shows[at]!, 0));
  };
  return [...chances.keys()]
    .filter((commit) => !refused.has(commit))
    .map((commit) => ({ commit, off: half(commit) }))
    .filter(({ off }) => off < 0.499)
    .sort((a, b) => a.off - b.off)
    .map(({ commit }) => commit);
}

function ancestors({ history: { size, parents, starts } }: Search, commit: number): Uint8Array {
  const inside = new Uint8Array(size);
  if (commit === OLD_END) return inside;
  inside[commit] = 1;
  for (let at = commit; at >= 0; at -= 1)
    if (inside[at] === 1)
      for (const parent of parents.subarray(starts[at]!, starts[at + 1]!)) inside[parent] = 1;
  return inside;
}
