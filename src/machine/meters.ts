import type { Histogram, Labels, MetricName, Sample } from "../api/metrics.ts";
import type { Observed } from "../base/event.ts";
import { type Boots, bootsAfter, measuresOf, ZEROES } from "./core/measures.ts";

const BUCKETS: Partial<Record<MetricName, readonly number[]>> = {
  rackhand_boot_duration_seconds: [5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600],
  rackhand_bmc_answer_seconds: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
};
const MOST_SERIES = 500; // of one metric: what is beyond is counted as "other"

type Series = { readonly labels: Labels; value: number };
type Spread = { readonly labels: Labels; readonly below: number[]; sum: number; count: number };

/** What this process has counted since it started. */
export class Meters {
  readonly #counts = new Map<MetricName, Map<string, Series>>();
  readonly #spreads = new Map<MetricName, Map<string, Spread>>();
  #boots: Boots = new Map();

  constructor() {
    for (const { name, labels } of ZEROES) this.count(name, labels, 0);
  }

  readonly saw = (events: readonly Observed[]): void => {
    for (const event of events) {
      for (const { name, labels, seconds } of measuresOf(event, this.#boots)) {
        if (seconds === undefined) this.count(name, labels);
        else this.#spread(name, labels, seconds);
      }
      this.#boots = bootsAfter(event, this.#boots);
    }
  };

  /** A question to a BMC, and how long its answer took. */
  readonly asked = (question: string, tookMs: number, fine: boolean): void => {
    this.count("rackhand_bmc_questions_total", { question, outcome: fine ? "answered" : "failed" });
    this.#spread("rackhand_bmc_answer_seconds", { question }, Math.max(0, tookMs) / 1000);
  };

  count(name: MetricName, labels: Labels, by = 1): void {
    const series = placeIn(this.#counts, name, labels, (of) => ({ labels: of, value: 0 }));
    series.value += by;
  }

  samples(): Sample[] {
    return [...this.#counts].flatMap(([name, all]) => [...all.values()].map((one) => ({ name, ...one })));
  }

  histograms(): Histogram[] {
    return [...this.#spreads].flatMap(([name, all]) =>
      [...all.values()].map(({ labels, below, sum, count }) => {
        const buckets = (BUCKETS[name] ?? []).map((upTo, i) => [upTo, below[i] ?? 0] as const);
        return { name, labels, buckets, sum, count };
      }),
    );
  }

  #spread(name: MetricName, labels: Labels, seconds: number): void {
    const steps = BUCKETS[name] ?? [];
    const spread = placeIn(this.#spreads, name, labels, (of) => {
      return { labels: of, below: steps.map(() => 0), sum: 0, count: 0 };
    });
    for (const [i, upTo] of steps.entries())
      if (seconds <= upTo) spread.below[i] = (spread.below[i] ?? 0) + 1;
    spread.sum += seconds;
    spread.count += 1;
  }
}

function placeIn<T>(
  all: Map<MetricName, Map<string, T>>,
  name: MetricName,
  labels: Labels,
  fresh: (labels: Labels) => T,
): T {
  const series = all.get(name) ?? new Map<string, T>();
  all.set(name, series);
  const isFull = series.size >= MOST_SERIES && !series.has(JSON.stringify(labels));
  const of = isFull ? Object.fromEntries(Object.keys(labels).map((key) => [key, "other"])) : labels;
  const key = JSON.stringify(of);
  const found = series.get(key) ?? fresh(of);
  series.set(key, found);
  return found;
}
