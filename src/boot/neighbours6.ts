import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Ipv6 } from "../base/ipv6.ts";
import type { Mac } from "../base/mac.ts";
import { readNeighbours6 } from "./core/dhcp6/neighbour-table.ts";

const run = promisify(execFile);
const WITHIN_MS = 2_000;
const FRESH_MS = 1_000; // strangers' packets must not start a program each

/** Whom the kernel knows at an IPv6 address on an interface. */
export function neighbours6On(on: string, now: () => number): (address: Ipv6) => Promise<Mac | undefined> {
  let table: Promise<ReadonlyMap<Ipv6, Mac>> | undefined;
  let readAt = 0;
  return async (address) => {
    if (table === undefined || now() - readAt >= FRESH_MS) {
      readAt = now();
      table = readTable(on);
    }
    return (await table).get(address);
  };
}

/** Without an answer nobody is known, which is no worse than a neighbour who has not spoken yet. */
async function readTable(on: string): Promise<ReadonlyMap<Ipv6, Mac>> {
  try {
    const { stdout } = await run("ip", ["-6", "-json", "neigh", "show", "dev", on], { timeout: WITHIN_MS });
    return stdout.trim() === "" ? new Map() : readNeighbours6(stdout);
  } catch {
    return new Map();
  }
}
