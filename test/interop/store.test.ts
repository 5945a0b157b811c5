import { once } from "node:events";
import { access, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readMac } from "../../src/base/mac.ts";
import { must } from "../../src/base/read.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { makePlaces } from "../../src/store/server-places.ts";
import { serverProcesses } from "../../src/store/server-processes.ts";
import { kill, ServerBench } from "../support/store-server.ts";

const installed = await access("/usr/lib/postgresql").then(
  () => true,
  () => false,
);
const stored = test.skipIf(!installed); // PostgreSQL is not installed

let bench: ServerBench;
beforeEach(async () => {
  bench = await ServerBench.make();
});
afterEach(async () => {
  await bench.end();
});

async function open(): Promise<Store> {
  const store = await openStore({ directory: bench.top });
  bench.later(() => store.close());
  return store;
}
const processes = async () => serverProcesses(await makePlaces(bench.directory));

const MACHINE = {
  name: "node-1",
  macs: [must(readMac("525400000001"))],
  firmware: "bios",
  serial: "ttyS0,115200n8",
  redirected: false,
  loader: "auto",
  segment: "local",
  bmc: { address: "127.0.0.1", port: 6230, user: "admin", password: "secret" },
  declaredBy: null,
} as const;

/** The first answer after the server came back; the test's own limit is the deadline. */
async function soon(store: Store) {
  for (;;) {
    try {
      return await store.machines();
    } catch (thrown) {
      expect(thrown).toMatchObject({ id: "store.away" });
      await pause(50);
    }
  }
}

stored("what was stored is there after the service was stopped and started", async () => {
  const first = await openStore({ directory: bench.top });
  await first.addMachine(MACHINE);
  await first.close();
  expect(await processes()).toEqual([]);

  const store = await open();

  expect(await store.bmcLogin("node-1")).toEqual(MACHINE.bmc);
});

stored("a store survives the death of its server: a Fault, and soon it answers again", async () => {
  const store = await open();
  await store.addMachine(MACHINE);
  await kill(await processes());

  await expect(store.machines()).rejects.toMatchObject({ id: "store.away" });

  expect(await soon(store)).toMatchObject([{ name: "node-1" }]);
});

stored("a server killed under questions in flight fails the questions, not the process", async () => {
  const store = await open();
  const event = { kind: "fault", at: 1, says: "x" } as const;
  const append = (i: number) => store.appendEvents(`agent-${i}`, "1", [{ seq: 1, event }]);
  const asking = Promise.allSettled(Array.from({ length: 200 }, (_, i) => append(i)));

  await kill(await processes());
  const ends = await asking;

  const faults = ends.flatMap((end) => (end.status === "rejected" ? [end.reason.id] : []));
  expect(new Set(faults)).toEqual(new Set(["store.away"]));
  await soon(store);
});

stored("a database that does not answer at its URL is a Fault without its password", async () => {
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo;
  await new Promise((done) => closed.close(done));
  const urls = [
    `postgresql://ann:hidden@127.0.0.1:${port}/lost`,
    `postgresql://ann@127.0.0.1:${port}/lost?password=hidden`,
    `postgresql://ann:hidden@/lost?host=${encodeURIComponent(bench.top)}`,
  ];
  for (const url of urls) {
    const fault = await openStore({ directory: bench.top, url }).catch((thrown) => thrown);

    expect(fault).toMatchObject({ id: "store.unreachable" });
    expect(String(fault)).not.toContain("hidden");
  }
});

stored("tables that a newer rackhand made are left alone", async () => {
  await (await openStore({ directory: bench.top })).close();
  const client = new Client({ ...(await bench.open()).connection, port: 5432 });
  await client.connect();
  await client.query("insert into kysely_migration values ('9999-of-the-future', '2099-01-01')");
  await client.end();

  const opening = openStore({ directory: bench.top });

  await expect(opening).rejects.toMatchObject({
    id: "store.not-migrated",
    says: expect.stringContaining("9999-of-the-future"),
  });
});

stored("a lost key is told by the machine whose password it sealed, and the rest goes on", async () => {
  const first = await openStore({ directory: bench.top });
  await first.addMachine(MACHINE);
  await first.close();
  await rm(join(bench.top, "secret.key"));

  const store = await open();

  await expect(store.bmcLogin("node-1")).rejects.toMatchObject({ id: "store.secret-lost" });
  expect(await store.machine("node-1")).toMatchObject({ name: "node-1" });
});

stored("a start is quick, and the idle server small", async () => {
  const timed = async () => {
    const began = performance.now();
    const store = await openStore({ directory: bench.top });
    return { store, took: Math.round(performance.now() - began) };
  };
  const fresh = await timed();
  const adopted = await timed();
  await adopted.store.close();
  await fresh.store.close();
  const again = await timed();
  bench.later(() => again.store.close());

  const pss = await Promise.all((await processes()).map(pssOf));
  const mib = Math.round(pss.reduce((a, b) => a + b, 0) / 1024);
  const times = `fresh ${fresh.took} ms, adopted ${adopted.took} ms, again ${again.took} ms`;
  console.log(`${times}; ${pss.length} processes, ${mib} MiB PSS`);
  expect(mib).toBeLessThan(60);
  expect(fresh.took).toBeLessThan(20_000); // about 1 s where nothing else runs
});

async function pssOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)![1]);
}
