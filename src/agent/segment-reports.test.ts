import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FromAgent } from "../api/agent.ts";
import type { Ipv4 } from "../base/ipv4.ts";
import type { Mac } from "../base/mac.ts";
import { memoryLeases } from "../boot/core/leases.ts";
import { SegmentReports } from "./segment-reports.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const ip = (last: number) => `10.0.0.${last}` as Ipv4;
const mac = (last: number) => `52:54:00:00:00:${last.toString(16).padStart(2, "0")}` as Mac;

function reporting(size = 10) {
  const told: FromAgent[] = [];
  const clock = { now: 0 };
  const leases = memoryLeases({ from: ip(10), to: ip(9 + size) }, () => clock.now);
  const reports = new SegmentReports({ tell: (report) => told.push(report), now: () => 7 });
  reports.over([leases]);
  told.length = 0;
  return { told, leases, reports, clock };
}

test("what changed within a second is told at once, the last of each address", async () => {
  const { told, reports } = reporting();
  for (let until = 1; until <= 5; until += 1) reports.changed({ mac: mac(1), address: ip(10), until });
  reports.changed({ mac: mac(2), address: ip(11), until: 9, known: true });

  await vi.advanceTimersByTimeAsync(1000);

  expect(told[0]).toEqual({
    is: "leases",
    whole: false,
    leases: [
      { mac: mac(1), address: ip(10), until: 5, known: false },
      { mac: mac(2), address: ip(11), until: 9, known: true },
    ],
  });
  expect(told[1]).toMatchObject({ is: "segment", room: { size: 10, free: 10, aside: 0 }, findings: [] });
  await reports.stop();
});

test("who comes is told everything: what is leased, what room is left, what is wrong", () => {
  const { leases, reports, clock } = reporting(2);
  leases.offer(mac(1), ip(10));
  leases.bind(mac(1), ip(10), 60);
  leases.setAside(ip(11), mac(9));
  clock.now = 1000;
  reports.found([{ id: "other-server", says: "Another one", remedy: "Off", servers: ["10.0.0.66" as Ipv4] }]);

  const [first, last] = reports.all();

  expect(first).toMatchObject({ is: "leases", whole: true, leases: [{ address: ip(10) }] });
  expect(last).toMatchObject({ is: "segment", room: { size: 2, free: 0, aside: 1 } });
  const ids = last?.is === "segment" ? last.findings.map(({ id, since }) => [id, since]) : [];
  expect(ids).toEqual([
    ["other-server", 7],
    ["pool-empty", 7],
    ["addresses-used", 7],
  ]);
});

test("where nothing is leased there is no room to speak of", () => {
  const reports = new SegmentReports({ tell: () => {}, now: () => 0 });

  expect(reports.all()).toEqual([
    { is: "leases", whole: true, leases: [] },
    { is: "segment", room: null, findings: [] },
  ]);
});
