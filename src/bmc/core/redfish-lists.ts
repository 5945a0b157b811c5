import type { Gauge, System } from "./redfish-shapes.ts";

type Sensor = { name: string; is: "ok" | "warning" | "critical" | "absent" | "unknown"; reads: string };
const HEALTH: Readonly<Record<string, Sensor["is"]>> = { OK: "ok", Warning: "warning", Critical: "critical" };

/** Each kind of gauge has its reading under a name of its own. */
export function sensorOf(gauge: Gauge): Sensor[] {
  const name = gauge.Name ?? gauge.FanName;
  if (!name) return [];
  const readings = [
    [gauge.ReadingCelsius, "Cel"],
    [gauge.ReadingVolts, "V"],
    [gauge.LastPowerOutputWatts, "W"],
    [gauge.Reading, gauge.ReadingUnits ?? ""],
  ] as const;
  const read = readings.find(([value]) => typeof value === "number");
  const isThere = gauge.Status?.State === "Enabled" || (gauge.Status?.State ?? null) === null;
  const is = isThere ? (HEALTH[gauge.Status?.Health ?? ""] ?? (read ? "ok" : "unknown")) : "absent";
  return [{ name, is, reads: read ? `${read[0]} ${read[1]}`.trim() : "no reading" }];
}

type Entry = { Id?: unknown; Created?: unknown; Severity?: unknown; Message?: unknown };
const word = (value: unknown, otherwise: string) =>
  typeof value === "string" && value !== "" ? value : otherwise;

/** BMCs order their logs either way; by time, the newest come last. */
export function logOf(entries: readonly Entry[], most: number): { id: string; at: string; says: string }[] {
  const lines = entries.map(({ Id, Created, Severity, Message }) => {
    const severity = word(Severity, "OK");
    const says = word(Message, "no message");
    return {
      id: word(Id, "?"),
      at: word(Created, ""),
      says: severity === "OK" ? says : `${severity}: ${says}`,
    };
  });
  return lines.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).slice(-most);
}

const FIELDS = ["Manufacturer", "Model", "SerialNumber", "PartNumber", "SKU", "UUID", "BiosVersion"] as const;

export function partOf(system: System): { name: string; fields: Record<string, string> } {
  const known = FIELDS.map((field) => [field, system[field]] as const);
  return {
    name: "System",
    fields: Object.fromEntries(known.filter(([, value]) => value)) as Record<string, string>,
  };
}

/** The log that hardware events go to; of several the one with the best known name. */
const LOGS = [/^sel$/i, /eventlog/i, /^log1?$/i, /^iel$/i, /./];
export function mainLog<T extends { Id?: string | null | undefined }>(services: readonly T[]): T | undefined {
  for (const name of LOGS) {
    const found = services.find(({ Id }) => name.test(Id ?? ""));
    if (found !== undefined) return found;
  }
  return undefined;
}
