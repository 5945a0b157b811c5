import type { Ipv4 } from "../../../base/ipv4.ts";
import { type Mac, readMac } from "../../../base/mac.ts";

const COMPLETE = 0x2;

/** The kernel's neighbours of one interface: the text of /proc/net/arp (proc(5)). */
export function macInArpTable(table: string, address: Ipv4, on: string): Mac | undefined {
  for (const line of table.split("\n").slice(1)) {
    const [ip, , flags, mac = "", , device] = line.trim().split(/\s+/);
    if (ip !== address || device !== on || (Number(flags) & COMPLETE) === 0) continue;
    const read = readMac(mac);
    if (read.ok) return read.value;
  }
  return undefined;
}
