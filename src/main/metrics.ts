import { readdirSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type MetricName, type Sample, writeMetrics } from "../api/metrics.ts";
import type { ImageCheck } from "../api/shapes.ts";
import type { Desk } from "../machine/desk.ts";
import type { Meters } from "../machine/meters.ts";

type Needs = {
  readonly desk: Desk;
  readonly meters: Meters;
  readonly version: string;
  readonly checks: () => Promise<readonly Sample[]>;
  readonly images: () => readonly { readonly name: string; readonly overall: ImageCheck["overall"] }[];
};

const LOOK_EVERY_MS = 200; // five wake-ups a second; what blocks for longer is seen whole

/** What /metrics says: what was counted, and how things stand now. */
export function openMetrics({ desk, meters, version, checks, images }: Needs) {
  const lag = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
  lag.enable();
  return {
    text: async (): Promise<string> => {
      const [{ machines }, { segments }, { mirror }, { webhooks }, { agents }] = await Promise.all([
        desk.listMachines({}),
        desk.listSegments({}, ""),
        desk.mirrorStatus(),
        desk.listWebhooks({}, ""),
        desk.status(),
      ]);
      const samples = [
        one("rackhand_info", 1, { version }),
        one("rackhand_agents", agents.length),
        ...tally(
          "rackhand_machines",
          "state",
          machines.map(({ state }) => state.word),
        ),
        ...tally(
          "rackhand_machines_powered",
          "power",
          machines.map(({ power }) => power),
        ),
        ...tally(
          "rackhand_consoles",
          "is",
          machines.map(({ console }) => console.is),
        ),
        ...segments.flatMap(({ name: segment, leases, room, findings }) => [
          one("rackhand_segment_leases", leases, { segment }),
          ...(room === null
            ? []
            : [
                one("rackhand_segment_addresses", room.size, { segment }),
                one("rackhand_segment_addresses_free", room.free, { segment }),
              ]),
          ...findings.map(({ id }) => one("rackhand_segment_findings", 1, { segment, finding: id })),
        ]),
        ...(mirror === null ? [] : mirrorSamples(mirror)),
        ...webhooks.map(({ name: webhook, trouble }) =>
          one("rackhand_webhooks_troubled", trouble === null ? 0 : 1, { webhook }),
        ),
        ...(await checks()),
        ...images().flatMap(verdictSamples),
        ...meters.samples(),
        ...processSamples(),
        ...lagSamples(lag),
      ];
      lag.reset();
      return writeMetrics(samples, meters.histograms());
    },
    stop: () => void lag.disable(),
  };
}

const one = (name: MetricName, value: number, labels: Sample["labels"] = {}): Sample => ({
  name,
  labels,
  value,
});

function tally(name: MetricName, label: string, words: readonly string[]): Sample[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => one(name, count, { [label]: word }));
}

type Mirror = NonNullable<Awaited<ReturnType<Desk["mirrorStatus"]>>["mirror"]>;

const mirrorSamples = ({ cache, served, outages }: Mirror): Sample[] => [
  one("rackhand_mirror_cache_bytes", cache.bytes),
  one("rackhand_mirror_cache_limit_bytes", cache.mostBytes),
  one("rackhand_mirror_outages", outages.length),
  ...Object.entries(served).flatMap(([from, { files, bytes }]) => [
    one("rackhand_mirror_files_total", files, { from }),
    one("rackhand_mirror_served_bytes_total", bytes, { from }),
  ]),
];

const VERDICTS: readonly ImageCheck["overall"][] = ["pass", "fail", "unknown"];

/** Each verdict has its series, so that an alert ends when the image passes. */
const verdictSamples = ({ name: image, overall }: ReturnType<Needs["images"]>[number]): Sample[] =>
  VERDICTS.map((verdict) => one("rackhand_image_check", verdict === overall ? 1 : 0, { image, verdict }));

function processSamples(): Sample[] {
  const { user, system } = process.cpuUsage();
  return [
    one("process_cpu_seconds_total", (user + system) / 1e6),
    one("process_resident_memory_bytes", process.memoryUsage.rss()),
    one("process_start_time_seconds", Math.round(Date.now() / 1000 - process.uptime())),
    one("process_open_fds", readdirSync("/proc/self/fd").length),
  ];
}

/** The histogram tells how long each wake-up took; what is beyond the asked-for rest is lag. */
function lagSamples(lag: ReturnType<typeof monitorEventLoopDelay>): Sample[] {
  const late = (ns: number) => (Number.isFinite(ns) ? Math.max(0, ns / 1e9 - LOOK_EVERY_MS / 1000) : 0);
  const words = { mean: lag.mean, p99: lag.percentile(99), max: lag.count === 0 ? 0 : lag.max };
  return Object.entries(words).map(([stat, ns]) =>
    one("rackhand_event_loop_lag_seconds", late(ns), { stat }),
  );
}
