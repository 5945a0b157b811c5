/** What is measured, as Prometheus names it. Labels take few values: none comes from strangers. */
export const METRICS = {
  rackhand_info: { type: "gauge", help: "1, with the version" },
  rackhand_machines: { type: "gauge", help: "Machines on record, by the word of their state" },
  rackhand_machines_powered: { type: "gauge", help: "Machines on record, by power state" },
  rackhand_consoles: { type: "gauge", help: "Consoles of machines, attached, lost or none" },
  rackhand_agents: { type: "gauge", help: "Agents that are attached" },
  rackhand_segment_leases: { type: "gauge", help: "Leases that hold, by segment" },
  rackhand_segment_addresses: { type: "gauge", help: "Addresses to lease, by segment" },
  rackhand_segment_addresses_free: { type: "gauge", help: "Addresses that are free to lease, by segment" },
  rackhand_segment_findings: { type: "gauge", help: "What is wrong on a segment now, by finding" },
  rackhand_mirror_cache_bytes: { type: "gauge", help: "What the mirror keeps on disk" },
  rackhand_mirror_cache_limit_bytes: { type: "gauge", help: "The most that the mirror keeps" },
  rackhand_mirror_files_total: { type: "counter", help: "Files given by the mirror, by hit, stale or miss" },
  rackhand_mirror_served_bytes_total: {
    type: "counter",
    help: "What the mirror gave, by hit, stale or miss",
  },
  rackhand_mirror_outages: { type: "gauge", help: "Mirrors outside that do not answer now" },
  rackhand_webhooks_troubled: { type: "gauge", help: "1 where an alert is not taken yet, by webhook" },
  rackhand_webhook_tries_total: { type: "counter", help: "Tries of deliveries, by webhook and outcome" },
  rackhand_events_total: { type: "counter", help: "Events kept by this process, by kind" },
  rackhand_boots_total: { type: "counter", help: "Machines told by their BMC to start" },
  rackhand_boot_failures_total: {
    type: "counter",
    help: "Boots whose end was seen on the console, by sighting",
  },
  rackhand_boot_duration_seconds: {
    type: "histogram",
    help: "From the BMC's act to what the console showed",
  },
  rackhand_installs_total: { type: "counter", help: "Installs that ended, by outcome" },
  rackhand_console_sightings_total: { type: "counter", help: "What was recognised on consoles, by sighting" },
  rackhand_dhcp_messages_total: {
    type: "counter",
    help: "DHCP messages heard, answered, or met with silence",
  },
  rackhand_transfers_total: { type: "counter", help: "Transfers of boot files, by protocol and outcome" },
  rackhand_bmc_questions_total: { type: "counter", help: "Questions to BMCs, by question and outcome" },
  rackhand_bmc_answer_seconds: { type: "histogram", help: "Until a BMC's answer, by question" },
  rackhand_checks_failing: {
    type: "gauge",
    help: "Hosts that a rule fails on by their last run, by rule and whether it is acknowledged",
  },
  rackhand_check_hosts: { type: "gauge", help: "Hosts with kept runs, asked or not asked the last time" },
  rackhand_check_last_run_timestamp_seconds: {
    type: "gauge",
    help: "When the last run of a schedule began, since the Unix epoch",
  },
  rackhand_check_run_seconds: { type: "gauge", help: "How long the last run of a schedule took" },
  rackhand_image_check: {
    type: "gauge",
    help: "1 for the verdict of an image's last check, 0 for the others, by image and verdict",
  },
  rackhand_event_loop_lag_seconds: {
    type: "gauge",
    help: "How late the event loop is, since the last scrape",
  },
  process_cpu_seconds_total: { type: "counter", help: "User and system CPU time of the process" },
  process_resident_memory_bytes: { type: "gauge", help: "Resident memory of the process" },
  process_start_time_seconds: { type: "gauge", help: "When the process started, since the Unix epoch" },
  process_open_fds: { type: "gauge", help: "Open file descriptors of the process" },
} as const satisfies Record<string, { type: "gauge" | "counter" | "histogram"; help: string }>;
export type MetricName = keyof typeof METRICS;
export type Labels = Readonly<Record<string, string>>;
export type Sample = { readonly name: MetricName; readonly labels: Labels; readonly value: number };
export type Histogram = {
  readonly name: MetricName;
  readonly labels: Labels;
  readonly buckets: readonly (readonly [upTo: number, count: number])[]; // each with those below it
  readonly sum: number;
  readonly count: number;
};

/** Prometheus' text format 0.0.4: each metric with its help and type, then its samples together. */
export function writeMetrics(samples: readonly Sample[], histograms: readonly Histogram[]): string {
  const lines = new Map<MetricName, string[]>();
  const put = (name: MetricName, ...more: string[]) => {
    const before = lines.get(name) ?? [];
    before.push(...more);
    lines.set(name, before);
  };
  for (const { name, labels, value } of samples) put(name, line(name, labels, value));
  for (const { name, labels, buckets, sum, count } of histograms) {
    const steps = buckets.map(([upTo, below]) => line(`${name}_bucket`, { ...labels, le: `${upTo}` }, below));
    const whole = line(`${name}_bucket`, { ...labels, le: "+Inf" }, count);
    put(name, ...steps, whole, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, count));
  }
  const parts = [...lines].map(([name, all]) => {
    const { help, type } = METRICS[name];
    return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...all].join("\n");
  });
  return `${parts.join("\n")}\n`;
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
}

const escaped = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
