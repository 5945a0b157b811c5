import { spawn } from "node:child_process";
import { open, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { argvAs, SERVER_ENV } from "./server-owner.ts";
import type { Places } from "./server-places.ts";

const FULL_LOG = 1_000_000; // bytes; the server says little, so one old log beside it is enough

/** Small and durable: fsync stays on, everything sized for a few connections of one service. */
const SETTINGS: Readonly<Record<string, string>> = {
  port: "5432", // names the socket's file only
  listen_addresses: "",
  unix_socket_permissions: "0700",
  max_connections: "30",
  superuser_reserved_connections: "2",
  shared_buffers: "12MB",
  work_mem: "2MB",
  maintenance_work_mem: "8MB",
  huge_pages: "off",
  jit: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  min_wal_size: "8MB",
  max_wal_size: "64MB",
  max_logical_replication_workers: "0", // no launcher process
  max_parallel_workers: "0",
  max_worker_processes: "2",
  autovacuum_max_workers: "1",
  log_min_messages: "warning",
  log_checkpoints: "off",
  log_timezone: "UTC",
  timezone: "UTC",
  cluster_name: "rackhand",
};

export const serverArgv = (places: Places, bin: string): string[] => {
  const settings = { ...SETTINGS, unix_socket_directories: places.socket };
  const words = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return argvAs(places.owner, [join(bin, "postgres"), "-D", places.data, ...words]);
};

export type Spawned = { readonly pid: number | undefined; readonly logFrom: number };

/** Its own session and a log file instead of pipes: the server outlives us, and ctrl-C is not for it. */
export async function spawnServer(places: Places, bin: string): Promise<Spawned> {
  const size = await logSize(places.log);
  if (size > FULL_LOG) await rename(places.log, `${places.log}.1`);
  const log = await open(places.log, "a", 0o600);
  const [program, ...words] = serverArgv(places, bin);
  const child = spawn(program!, words, {
    cwd: "/",
    detached: true,
    env: SERVER_ENV,
    stdio: ["ignore", log.fd, log.fd],
  });
  child.on("error", () => {}); // a program that cannot be started has no pid, which is told below
  child.unref();
  await log.close();
  return { pid: child.pid, logFrom: size > FULL_LOG ? 0 : size };
}

const logSize = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0;
