import { type FileHandle, mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { type Ipv4, readIpv4 } from "../base/ipv4.ts";
import { type Mac, readMac } from "../base/mac.ts";
import { type KeptLease, type LeaseGround, type Leases, memoryLeases } from "./core/leases.ts";
import type { Pool } from "./core/segment.ts";

export type KeptLeases = Leases & { close(): Promise<void> };

/**
 * Leases on disk before the machine hears of them: the ACK waits for the log. All that come while one write
 * is under way share the next write and its fdatasync, so that many machines at once cost few of them.
 */
export async function openLeaseLog(wish: {
  readonly path: string;
  readonly pool: Pool;
  readonly now: () => number;
  readonly ground?: Omit<LeaseGround, "kept">;
}): Promise<KeptLeases> {
  const { path, pool, now, ground = {} } = wish;
  await mkdir(dirname(path), { recursive: true });
  const kept = lastOfEach(await linesIn(path));
  const log = new Log(await startAnew(path, kept));
  const leases = memoryLeases(pool, now, { ...ground, kept });
  return {
    ...leases,
    bind: async (mac, address, seconds) => {
      const outcome = await leases.bind(mac, address, seconds);
      if (outcome === "bound") await log.keep({ mac, address, until: now() + seconds * 1000 });
      return outcome;
    },
    release: async (mac, address) => {
      const was = await leases.release(mac, address);
      if (was) await log.keep({ mac, address, until: now() });
      return was;
    },
    close: () => log.close(),
  };
}

class Log {
  readonly #file: FileHandle;
  #waiting = "";
  #next: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Resolves when the lease is on disk. */
  keep(lease: KeptLease): Promise<void> {
    this.#waiting += `${JSON.stringify(lease)}\n`;
    this.#next ??= this.#writing.then(() => this.#write());
    return this.#next;
  }

  async close(): Promise<void> {
    await this.#next;
    await this.#writing;
    await this.#file.close();
  }

  #write(): Promise<void> {
    const text = this.#waiting;
    this.#waiting = "";
    this.#next = undefined;
    const done = this.#file.appendFile(text).then(() => this.#file.datasync());
    this.#writing = done.catch(() => {}); // whoever waits for this write hears of it; the next one is tried anew
    return done;
  }
}

/** The file with one line a lease, in its place by one rename: a crash leaves the old one or the new one. */
async function startAnew(path: string, kept: readonly KeptLease[]): Promise<FileHandle> {
  const fresh = `${path}.new`;
  const handle = await open(fresh, "w", 0o640);
  await handle.writeFile(kept.map((lease) => `${JSON.stringify(lease)}\n`).join(""));
  await handle.sync();
  await handle.close();
  await rename(fresh, path);
  return open(path, "a");
}

async function linesIn(path: string): Promise<string[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return text.split("\n");
}

/** The last word on each address, oldest first. A line that was cut off by a power loss was never acknowledged. */
function lastOfEach(lines: readonly string[]): KeptLease[] {
  const leases = new Map<Ipv4, KeptLease>();
  for (const line of lines) {
    const lease = readLease(line);
    if (lease === undefined) continue;
    leases.delete(lease.address);
    leases.set(lease.address, lease);
  }
  return [...leases.values()];
}

function readLease(line: string): KeptLease | undefined {
  try {
    const said = JSON.parse(line) as Record<string, unknown>;
    const [mac, address] = [readMac(String(said.mac)), readIpv4(String(said.address))];
    if (!mac.ok || !address.ok || typeof said.until !== "number") return undefined;
    return { mac: mac.value as Mac, address: address.value, until: said.until };
  } catch {
    return undefined;
  }
}
