import { counted } from "../base/text.ts";
import { size } from "../base/units.ts";
import type { Inventory } from "./shapes.ts";

/** What a live hand found, in words: the command line and the page say the same. */

export const said = (...words: (string | null)[]): string =>
  words.filter((word) => word !== null).join(" ") || "unsaid";

export function machineWords({ dmi, firmware, secureBoot, cpu, memory }: Inventory) {
  const secure = secureBoot === null ? "no Secure Boot" : `Secure Boot ${secureBoot}`;
  const modules = memory.modules.map(
    ({ slot, bytes, kind }) => `${slot} ${size(bytes)}${kind ? ` ${kind}` : ""}`,
  );
  return [
    ["machine", said(dmi.vendor, dmi.product)],
    ["serial", said(dmi.serial)],
    ["UUID", said(dmi.uuid)],
    ["board", said(dmi.board)],
    [
      "firmware",
      `${firmware}, ${secure}, ${said(dmi.firmwareVendor, dmi.firmwareVersion, dmi.firmwareDate)}`,
    ],
    [
      "processor",
      `${said(cpu.model)}: ${counted(cpu.sockets, "socket")}, ${counted(cpu.cores, "core")}, ` +
        `${counted(cpu.threads, "thread")}, ${cpu.architecture}`,
    ],
    ["memory", [size(memory.bytes), ...modules].join("; ")],
  ] as const;
}

export const DISK_COLUMNS = ["Disk", "Model", "Serial", "Size", "Kind", "Health", "Holds"] as const;
export const diskCells = (disk: Inventory["disks"][number]) =>
  [
    ...[disk.name, said(disk.model), said(disk.serial), size(disk.bytes), said(disk.kind, disk.transport)],
    ...[disk.health.is, disk.holds.join(", ") || "nothing"],
  ] as const;

export const CARD_COLUMNS = ["Card", "MAC", "Driver", "Link", "Speed", "PCI", "Model"] as const;
export const cardCells = (card: Inventory["nics"][number]) =>
  [
    ...[card.name, card.mac, said(card.driver), card.link],
    ...[card.megabits === null ? "" : `${card.megabits} Mbit/s`, said(card.pci), said(card.model)],
  ] as const;
