import { readFile } from "node:fs/promises";
import type { Ipv4 } from "../base/ipv4.ts";
import type { Mac } from "../base/mac.ts";
import { macInArpTable } from "./core/dhcp/arp-table.ts";

/** Who has which address where another server leases: what was heard, else what the kernel knows. */
export type Neighbours = {
  readonly heard: (address: Ipv4, mac: Mac) => void;
  readonly macAt: (address: Ipv4) => Promise<Mac | undefined>;
};

const MOST_HEARD = 4096;
const FRESH_MS = 3_600_000; // leases are seldom shorter, and an address may be another's after one
const ARP_TABLE = "/proc/net/arp"; // of this process's own network namespace

export function neighboursOn(on: string, now: () => number): Neighbours {
  const heard = new Map<Ipv4, { readonly mac: Mac; readonly at: number }>();
  return {
    heard: (address, mac) => {
      heard.delete(address);
      heard.set(address, { mac, at: now() });
      if (heard.size > MOST_HEARD) heard.delete(heard.keys().next().value!);
    },
    macAt: async (address) => {
      const one = heard.get(address);
      if (one !== undefined && now() - one.at < FRESH_MS) return one.mac;
      return macInArpTable(await readFile(ARP_TABLE, "latin1"), address, on);
    },
  };
}
