import { printable } from "../../base/text.ts";
import { readJson } from "./told.ts";

type Word = string | null;
export type Disk = {
  readonly name: string;
  readonly model: Word;
  readonly serial: Word;
  readonly wwn: Word;
  readonly bytes: number;
  readonly blockBytes: number;
  readonly kind: "hdd" | "ssd" | "nvme" | "virtual";
  readonly transport: Word;
  readonly removable: boolean;
  readonly holds: string[];
  readonly health: { readonly is: "good" | "failing" | "unknown"; readonly says: string };
};

type Told = { readonly [key: string]: unknown };
/** What has no place of its own in a machine: RAM disks, floppies, network disks of nobody. */
const NO_DISK = /^(loop|ram|zram|fd|nbd|sr)\d/;

/** lsblk's tree: the disks, each with what is on it. */
export function readDisks(text: string, smartOf: (name: string) => string): Disk[] {
  return rows(readJson<{ blockdevices: unknown }>(text)?.blockdevices).flatMap((told) => {
    const name = line(told.name);
    if (told.type !== "disk" || name === null || NO_DISK.test(name) || !(Number(told.size) > 0)) return [];
    return [diskOf(name, told, smartOf(name))];
  });
}

function diskOf(name: string, told: Told, smart: string): Disk {
  const transport = line(told.tran);
  return {
    ...{ name, model: line(told.model), serial: line(told.serial), wwn: line(told.wwn), transport },
    ...{ bytes: Number(told.size), blockBytes: Number(told["log-sec"]) || 512 },
    kind: kindOf(name, told.rota === true),
    removable: told.rm === true,
    holds: heldBy(told),
    health: healthOf(smart),
  };
}

const kindOf = (name: string, turns: boolean): Disk["kind"] =>
  name.startsWith("nvme") ? "nvme" : /^(vd|xvd)/.test(name) ? "virtual" : turns ? "hdd" : "ssd";

/** Itself when it is formatted whole, then its parts, and what they are parts of. */
function heldBy(told: Told): string[] {
  const own = line(told.fstype);
  const whole = own === null ? [] : [`${line(told.name)}: ${own}`];
  const parts = rows(told.children).flatMap((child) => {
    const type = line(child.type) ?? "part";
    const inside = heldBy(child);
    return inside.length > 0 ? inside : [`${line(child.name)}: ${type === "part" ? "unformatted" : type}`];
  });
  return [...new Set([...whole, ...parts])].slice(0, 64);
}

function rows(told: unknown): Told[] {
  return Array.isArray(told) ? told.filter((row) => typeof row === "object" && row !== null) : [];
}

function line(told: unknown): Word {
  const text = typeof told === "string" ? told.trim() : "";
  return text === "" ? null : printable(text, 100);
}

/** smartctl's own verdict; what it cannot ask is told as such. */
function healthOf(text: string): Disk["health"] {
  type Smart = { smart_status: { passed?: unknown }; smartctl: { messages?: unknown } };
  const told = readJson<Smart>(text);
  const passed = told?.smart_status?.passed;
  if (passed === true) return { is: "good", says: "SMART: passed" };
  if (passed === false) return { is: "failing", says: "SMART: the disk says that it is failing" };
  const why = rows(told?.smartctl?.messages).map((message) => line(message.string));
  return { is: "unknown", says: `SMART: ${why.filter((one) => one !== null)[0] ?? "it tells nothing"}` };
}
