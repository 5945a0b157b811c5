import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Peers } from "../tftp/peers.ts";

export type Name = "rackhand" | "kea";
export const RELAY = "10.8.0.9";
export const SERVER = "10.9.0.1";
export const logIn = (home: string): string => join(home, "leases.log");

/** What starts a server whose files are in `home`. */
export const SERVERS: Readonly<Record<Name, (home: string, peers: Peers) => readonly string[]>> = {
  rackhand: (home) => [
    process.execPath,
    join(import.meta.dirname, "serve-dhcp.mjs"),
    ...["s0", SERVER, logIn(home)],
  ],
  kea: (home, { program }) => {
    mkdirSync(home, { recursive: true });
    const file = join(home, "kea.json");
    writeFileSync(file, JSON.stringify({ Dhcp4: keaSettings(home) }));
    const places = ["KEA_LOCKFILE_DIR", "KEA_PIDFILE_DIR"].map((one) => `${one}=${home}`);
    const cleaner = `KEA_LFC_EXECUTABLE=${program("usr/sbin/kea-lfc")}`;
    return ["env", ...places, cleaner, program("usr/sbin/kea-dhcp4"), "-c", file];
  },
};

/** The same pool, relay and lease; two threads, and its lease file, which it does not fsync. */
const keaSettings = (home: string) => ({
  "interfaces-config": { interfaces: [`s0/${SERVER}`], "dhcp-socket-type": "udp" },
  "multi-threading": { "enable-multi-threading": true, "thread-pool-size": 2 },
  "lease-database": { type: "memfile", persist: true, name: join(home, "leases.csv") },
  "valid-lifetime": 3600,
  subnet4: [
    {
      id: 1,
      subnet: "10.8.0.0/16",
      pools: [{ pool: "10.8.1.0 - 10.8.200.255" }],
      relay: { "ip-addresses": [RELAY] },
    },
  ],
  loggers: [{ name: "kea-dhcp4", severity: "ERROR", output_options: [{ output: "stderr" }] }],
});
