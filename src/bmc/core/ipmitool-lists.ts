import { flaw, ok, type Read } from "../../base/read.ts";

/** What ipmitool lists, a line or a block each; a line that is not of the form is left out. */

type Sensor = { name: string; is: "ok" | "warning" | "critical" | "absent" | "unknown"; reads: string };
const STATES: Readonly<Record<string, Sensor["is"]>> = {
  ok: "ok",
  nc: "warning", // non-critical
  cr: "critical",
  nr: "critical", // non-recoverable
  ns: "absent", // no sensor reading
};

/** `CPU Temp         | 01h | ok  |  3.1 | 40 degrees C` of `sdr elist`. */
export const readSensors = (says: string): Sensor[] =>
  says.split("\n").flatMap((line) => {
    const [name, , state, , ...reads] = cells(line);
    if (name === undefined || state === undefined || reads.length === 0) return [];
    return [{ name, is: STATES[state] ?? "unknown", reads: reads.join(" ") }];
  });

/** `   1 | 04/12/2024 | 10:21:33 UTC | Temperature CPU Temp | Upper Critical going high | Asserted`. */
export const readLog = (says: string): { id: string; at: string; says: string }[] =>
  says.split("\n").flatMap((line) => {
    const [id, day, time, ...words] = cells(line);
    if (id === undefined || !/^[0-9a-f]{1,4}$/i.test(id) || words.length === 0) return [];
    const at = day === "Pre-Init" ? "before its clock was set" : `${day} ${time}`;
    return [{ id, at, says: words.filter((word) => word !== "").join(", ") }];
  });

const cells = (line: string): string[] =>
  line.includes("|") ? line.split("|").map((cell) => cell.trim()) : [];

/** ` Board Mfg             : Supermicro` under `FRU Device Description : Builtin FRU Device (ID 0)`. */
export function readParts(says: string): { name: string; fields: Record<string, string> }[] {
  const parts: { name: string; fields: Record<string, string> }[] = [];
  for (const line of says.split("\n")) {
    const match = /^(\s*)([^:]+?)\s*:\s?(.*)$/.exec(line);
    if (match === null) continue;
    const [, indent, key, value] = match as unknown as [string, string, string, string];
    if (key === "FRU Device Description") parts.push({ name: value.trim(), fields: {} });
    else if (indent !== "" && parts.length > 0) parts.at(-1)!.fields[key] = value.trim();
  }
  return parts.filter(({ fields }) => Object.keys(fields).length > 0);
}

/** `Manufacturer Name         : Super Micro Computer Inc.` of `mc info`. */
export function readController(says: string): Read<{ maker: string; product: string; firmware: string }> {
  const value = (key: string) => new RegExp(`^${key}\\s*:\\s*(.*?)\\s*$`, "m").exec(says)?.[1];
  const firmware = value("Firmware Revision");
  if (firmware === undefined) return flaw("no line `Firmware Revision`");
  return ok({ maker: value("Manufacturer Name") ?? "?", product: value("Product Name") ?? "?", firmware });
}

/** `2,ADMIN,true,false,true,ADMINISTRATOR` of `-c user list`: only the slots somebody may log in with. */
export const readUsers = (says: string): { id: string; name: string; isOn: boolean; role: string }[] =>
  says.split("\n").flatMap((line) => {
    const match = /^(\d+),(.*),(?:true|false),(?:true|false),(true|false),(.*)$/.exec(line.trim());
    if (match === null) return [];
    const [, id, name, messages, role] = match as unknown as [string, string, string, string, string];
    if (name === "" && messages === "false") return [];
    return [{ id, name, isOn: messages === "true" && !/NO ACCESS|Unknown/i.test(role), role }];
  });

/** `Volatile Bit Rate (kbps)        : 115.2` of `sol info`; `IPMI-Over-Serial-Setting` leaves the rate to it. */
export function readSolInfo(says: string): Read<{ isOn: boolean; port?: number; baud?: number }> {
  const value = (key: string) => new RegExp(`^\\s*${key}\\s*:\\s*(\\S+)`, "m").exec(says)?.[1];
  const enabled = value("Enabled");
  if (enabled === undefined) return flaw("no line `Enabled`");
  const rate = Number(value("Volatile Bit Rate \\(kbps\\)"));
  const port = Number(value("Payload Port"));
  return ok({
    isOn: enabled === "true",
    ...(Number.isInteger(port) && port > 0 && { port }),
    ...(rate > 0 && { baud: Math.round(rate * 1000) }),
  });
}
