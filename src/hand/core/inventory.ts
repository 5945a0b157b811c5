import { flaw, ok, type Read } from "../../base/read.ts";
import { printable } from "../../base/text.ts";
import { type Disk, readDisks } from "./disks.ts";
import { readJson } from "./told.ts";

type Word = string | null;
export type Nic = {
  readonly name: string;
  readonly mac: string;
  readonly driver: Word;
  readonly link: "up" | "down" | "unknown";
  readonly megabits: number | null;
  readonly pci: Word;
  readonly model: Word;
};
export type MemoryModule = {
  readonly slot: string;
  readonly bytes: number;
  readonly kind: Word;
  readonly serial: Word;
};
export type Inventory = {
  readonly boot: string;
  readonly firmware: "bios" | "uefi";
  readonly secureBoot: "on" | "off" | null;
  readonly cpu: { model: Word; architecture: string; sockets: number; cores: number; threads: number };
  readonly memory: { bytes: number; modules: MemoryModule[] };
  readonly dmi: Readonly<Record<keyof typeof DMI, Word>>;
  readonly disks: Disk[];
  readonly nics: Nic[];
};

const DMI = {
  vendor: "sys_vendor",
  product: "product_name",
  serial: "product_serial",
  uuid: "product_uuid",
  board: "board_name",
  firmwareVendor: "bios_vendor",
  firmwareVersion: "bios_version",
  firmwareDate: "bios_date",
} as const;

/** What the inventory script said, section by section; one that is missing or broken costs only itself. */
export function readInventory(output: string): Read<Inventory> {
  const sections = sectionsOf(output);
  const section = (name: string) => sections.get(name) ?? "";
  const boot = section("boot").trim();
  if (!/^[0-9a-f-]{36}$/.test(boot)) return flaw("it does not say of which boot it is");
  const dmi = pairs(section("dmi"));
  const kilobytes = Number(/^MemTotal: +(\d+) kB/m.exec(section("memory"))?.[1] ?? 0);
  return ok({
    boot,
    firmware: section("firmware").trim() === "uefi" ? "uefi" : "bios",
    secureBoot: ({ "1": "on", "0": "off" } as const)[section("secureboot").trim()] ?? null,
    cpu: readCpu(section("cpu")),
    memory: { bytes: kilobytes * 1024, modules: readModules(section("modules")) },
    dmi: Object.fromEntries(
      Object.entries(DMI).map(([key, name]) => [key, word(dmi.get(name))]),
    ) as Inventory["dmi"],
    disks: readDisks(section("disks"), (name) => section(`smart ${name}`)),
    nics: [...sections].flatMap(([name, text]) =>
      name.startsWith("nic ") ? [readNic(name.slice(4), text)] : [],
    ),
  });
}

function sectionsOf(output: string): Map<string, string> {
  const [, ...parts] = `\n${output}`.split("\n@section ");
  return new Map(
    parts.map((part) => {
      const end = part.indexOf("\n");
      return end < 0 ? [part, ""] : [part.slice(0, end), part.slice(end + 1)];
    }),
  );
}

function pairs(text: string): Map<string, string> {
  const lines = text.split("\n").filter((line) => line.includes("="));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

/** What firmware makers leave in fields that they do not fill. */
const EMPTY =
  /^(|none|n\/a|unknown|not (specified|provided|present)|to be filled by o\.e\.m\.|default string)$/i;

function word(text: string | undefined): Word {
  const trimmed = (text ?? "").trim();
  return EMPTY.test(trimmed) ? null : printable(trimmed, 100);
}

function readCpu(text: string): Inventory["cpu"] {
  const fields = new Map<string, string>();
  const walk = (rows: unknown): void => {
    if (!Array.isArray(rows)) return;
    for (const { field, data, children } of rows as {
      field?: unknown;
      data?: unknown;
      children?: unknown;
    }[]) {
      if (typeof field === "string" && typeof data === "string") fields.set(field.replace(/:$/, ""), data);
      walk(children);
    }
  };
  walk(readJson<{ lscpu?: unknown }>(text)?.lscpu);
  const number = (name: string) => Number.parseInt(fields.get(name) ?? "", 10) || 1;
  const sockets = number("Socket(s)");
  return {
    model: word(fields.get("Model name")),
    architecture: word(fields.get("Architecture")) ?? "unknown",
    ...{ sockets, cores: sockets * number("Core(s) per socket"), threads: number("CPU(s)") },
  };
}

const UNITS: Readonly<Record<string, number>> = { kB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 };

/** dmidecode's blocks of type 17; a slot without a module has no size. */
function readModules(text: string): MemoryModule[] {
  return text.split(/\n\n/).flatMap((block) => {
    const field = (name: string) => new RegExp(`^\\t${name}: (.*)$`, "m").exec(block)?.[1];
    const [, amount, unit] = /^(\d+) ([kMGT]B)$/.exec(field("Size") ?? "") ?? [];
    if (amount === undefined) return [];
    const bytes = Number(amount) * UNITS[unit!]!;
    const slot = word(field("Locator")) ?? "a slot";
    return [{ slot, bytes, kind: word(field("Type")), serial: word(field("Serial Number")) }];
  });
}

function readNic(name: string, text: string): Nic {
  const told = pairs(text);
  const megabits = Number(told.get("speed"));
  return {
    name: printable(name, 20),
    mac: printable(told.get("mac") ?? "", 20),
    driver: word(told.get("driver")),
    link: ({ "1": "up", "0": "down" } as const)[told.get("carrier") ?? ""] ?? "unknown",
    megabits: megabits > 0 ? megabits : null,
    ...{ pci: word(told.get("pci")), model: word(told.get("model")) },
  };
}
