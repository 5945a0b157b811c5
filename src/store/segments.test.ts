import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestStore } from "../../test/support/store.ts";
import type { Mac } from "../base/mac.ts";

let store: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => {
  await store?.close();
});

const TOLD = { mode: "dhcp", interface: "eth1", subnet: "10.0.0.1/24" } as const;
const lease = (last: number, until = 5000) => ({
  ...{ address: `10.0.0.${last}`, mac: `52:54:00:00:00:${last.toString(16).padStart(2, "0")}`, until },
  known: false,
});

test("a segment is kept as its agent last told it, with the number of leases that hold", async () => {
  await store.noteSegment("a", TOLD);
  await store.noteSegment("a", { ...TOLD, interface: "eth2" });
  await store.keepLeases("a", [lease(20), lease(21, 1000)], true);

  const [kept] = await store.segments(2000);

  expect(kept).toMatchObject({ ...TOLD, name: "a", interface: "eth2", leases: 1 });
});

test("leases come in the order of their addresses, with the machine that has the MAC", async () => {
  await store.noteSegment("b", TOLD);
  const web1 = {
    name: "web1",
    macs: [lease(9).mac as Mac],
    firmware: "bios",
    serial: "ttyS0,115200n8",
  } as const;
  await store.addMachine({
    ...{ ...web1, redirected: false, loader: "auto", segment: "b", bmc: null, declaredBy: null },
  });
  await store.keepLeases("b", [lease(100), lease(9)], true);
  await store.keepLeases("b", [{ ...lease(100), until: 9000, known: true }], false);

  expect(await store.leases("b")).toEqual([
    { ...lease(9), machine: "web1" },
    { ...lease(100), until: 9000, known: true, machine: null },
  ]);
});

test("told anew from the beginning, what is not told is gone", async () => {
  await store.noteSegment("c", TOLD);
  await store.keepLeases("c", [lease(20), lease(21)], true);

  await store.keepLeases("c", [lease(21)], true);
  await store.keepLeases("c", [lease(22)], false);

  expect((await store.leases("c")).map(({ address }) => address)).toEqual(["10.0.0.21", "10.0.0.22"]);
});

test("leases of a segment that nobody told are kept nowhere", async () => {
  await store.keepLeases("nowhere", [lease(20)], true);

  expect(await store.leases("nowhere")).toEqual([]);
});

test("ten thousand leases are kept in ten messages", async () => {
  await store.noteSegment("big", { ...TOLD, subnet: "10.1.0.1/16" });
  const all = Array.from({ length: 10_000 }, (_, i) => ({
    ...lease(1),
    address: `10.1.${i >> 8}.${i & 255}`,
  }));

  for (let at = 0; at < all.length; at += 1000)
    await store.keepLeases("big", all.slice(at, at + 1000), at === 0);

  expect((await store.segments(0)).find(({ name }) => name === "big")?.leases).toBe(10_000);
});
