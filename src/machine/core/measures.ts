import type { Labels, MetricName } from "../../api/metrics.ts";
import type { Observed } from "../../base/event.ts";

/** When the BMCs of machines were told to start them, as far as the end of it was not seen. */
export type Boots = ReadonlyMap<string, number>;
export type Measure = { readonly name: MetricName; readonly labels: Labels; readonly seconds?: number };

/** Sightings that end a boot, and what they say it reached. */
const REACHED: Readonly<Record<string, string>> = {
  "kernel-started": "kernel",
  "installer-dialog": "installer",
  "login-prompt": "login",
};
const FAILED: ReadonlySet<string> = new Set([
  ...["ipxe-error", "no-boot-device", "kernel-panic", "fsck-prompt", "initramfs-shell", "emergency-mode"],
]);
/** Counted from 0 on: of a series that begins with 1, Prometheus' `increase` sees no increase. */
export const ZEROES: readonly Measure[] = [
  ...["installer-error", ...FAILED].map(
    (sighting) => ({ name: "rackhand_console_sightings_total", labels: { sighting } }) as const,
  ),
  ...[...FAILED].map((sighting) => ({ name: "rackhand_boot_failures_total", labels: { sighting } }) as const),
  ...["failed", "done"].map((outcome) => ({ name: "rackhand_installs_total", labels: { outcome } }) as const),
];
const LONGEST_MS = 6 * 3_600_000;

/** What an event adds to the counts. */
export function measuresOf(event: Observed, boots: Boots): Measure[] {
  const { kind, detail = {} } = event;
  const [room, what = ""] = kind.split(".") as [string, string?];
  const measures: Measure[] = [{ name: "rackhand_events_total", labels: { kind } }];
  const add = (name: MetricName, labels: Labels = {}) => measures.push({ name, labels });
  if (isStart(event)) add("rackhand_boots_total");
  if (kind === "console.sighting") measures.push(...seen(event, String(detail.sighting), boots));
  if (room === "install" && what !== "asked") add("rackhand_installs_total", { outcome: what });
  if (kind === "dhcp.heard" || kind === "dhcp.answered" || kind === "dhcp.silent")
    add("rackhand_dhcp_messages_total", { outcome: what });
  if ((room === "tftp" || room === "http") && what !== "began")
    add("rackhand_transfers_total", { protocol: room, outcome: what });
  return measures;
}

/** A machine has one start at a time; the login prompt is its end. */
export function bootsAfter(event: Observed, boots: Boots): Boots {
  const { machine, at, detail = {} } = event;
  if (machine === undefined) return boots;
  if (isStart(event)) return new Map([...boots, [machine, at]]);
  const ends = event.kind === "console.sighting" && ENDS.has(String(detail.sighting));
  if (!ends || !boots.has(machine)) return boots;
  return new Map([...boots].filter(([name]) => name !== machine));
}

const ENDS: ReadonlySet<string> = new Set(["login-prompt", ...FAILED]);

const isStart = ({ kind, detail = {} }: Observed): boolean =>
  kind === "power.acted" && ["on", "cycle", "reset"].includes(String(detail.act));

function seen({ machine, at }: Observed, sighting: string, boots: Boots): Measure[] {
  const began = machine === undefined ? undefined : boots.get(machine);
  const reached = REACHED[sighting];
  const took = began === undefined ? -1 : at - began; // a clock that jumped measures nothing
  const isWhole = reached !== undefined && took >= 0 && took < LONGEST_MS;
  return [
    { name: "rackhand_console_sightings_total", labels: { sighting } },
    ...(FAILED.has(sighting)
      ? [{ name: "rackhand_boot_failures_total", labels: { sighting } } as const]
      : []),
    ...(isWhole
      ? [{ name: "rackhand_boot_duration_seconds", labels: { reached }, seconds: took / 1000 } as const]
      : []),
  ];
}
