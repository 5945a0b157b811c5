import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ToAgent } from "../api/agent.ts";
import type { Attached } from "./agents.ts";
import { SegmentDesk } from "./segment-desk.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const TOLD = { name: "rack-a", mode: "dhcp", interface: "eth1", subnet: "10.0.0.1/24" } as const;

function aDesk() {
  const sent: ToAgent[] = [];
  const kept: [number, boolean][] = [];
  let fails = false;
  const agent = {
    name: "agent-a",
    segment: TOLD,
    send: (message: ToAgent) => sent.push(message),
  } as unknown as Attached;
  const desk = new SegmentDesk({
    now: () => 0,
    agentOf: (segment) => (segment === TOLD.name ? agent : undefined),
    troubled: () => {},
    store: {
      noteSegment: async () => {},
      segments: async () => [{ ...TOLD, heardAt: 0, leases: 3 }],
      keepLeases: async (_, leases, whole) => {
        if (fails) throw new Error("away");
        kept.push([leases.length, whole]);
      },
      leases: async () => [],
    },
  });
  const away = (is: boolean) => {
    fails = is;
  };
  return { desk, agent, sent, kept, away };
}

const leases = (whole: boolean) => ({ is: "leases" as const, whole, leases: [] });

test("what the store did not take is asked for anew, once", async () => {
  const { desk, agent, sent, kept, away } = aDesk();
  away(true);
  for (let i = 0; i < 5; i += 1) desk.heard(agent, leases(false));
  await vi.advanceTimersByTimeAsync(0);
  away(false);
  await vi.advanceTimersByTimeAsync(5000);

  expect(sent).toEqual([{ do: "report" }]);
  desk.heard(agent, leases(true));
  await desk.stop();
  expect(kept).toEqual([[0, true]]);
});

test("a segment shows what its agent told last, and nothing when that is away", async () => {
  const { desk, agent } = aDesk();
  const finding = { id: "other-server", says: "x", remedy: "y", servers: ["10.0.0.66"], since: 1 } as const;
  desk.heard(agent, {
    is: "segment",
    room: { size: 10, free: 7, aside: 0 },
    findings: [{ ...finding, servers: ["10.0.0.66"] }],
  });

  expect((await desk.list()).segments).toMatchObject([
    { name: "rack-a", agent: "agent-a", leases: 3, room: { free: 7 }, findings: [{ id: "other-server" }] },
  ]);
  expect(desk.otherServers("rack-a")).toEqual(["10.0.0.66"]);
  desk.left(agent);
  expect((await desk.list()).segments).toMatchObject([{ room: null, findings: [] }]);
});

test("a segment that nobody knows is told so", async () => {
  await expect(aDesk().desk.show({ name: "none" })).rejects.toMatchObject({ id: "segment.unknown" });
});
