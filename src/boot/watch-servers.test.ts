import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Observed } from "../base/event.ts";
import type { Ipv4 } from "../base/ipv4.ts";
import { watchServers } from "./watch-servers.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => vi.useRealTimers());

test("a server that comes is told once, and that it went", async () => {
  const answers: Ipv4[][] = [[], ["10.0.0.66" as Ipv4], ["10.0.0.66" as Ipv4], []];
  const events: Observed[] = [];
  const found: number[] = [];
  const watch = watchServers({
    segment: { name: "rack-a", interface: "eth1" },
    ...{ expected: [], now: () => 0, probe: async () => answers.shift() ?? [] },
    observe: (event) => events.push(event),
    found: (findings) => found.push(findings.length),
  });

  for (let i = 0; i < 4; i += 1) await vi.advanceTimersByTimeAsync(600_000);
  await watch.stop();

  expect(found).toEqual([1, 0]);
  expect(events.map(({ kind, detail }) => [kind, detail?.finding, detail?.segment])).toEqual([
    ["dhcp.other-server", "other-server", "rack-a"],
    ["dhcp.other-server", null, "rack-a"],
  ]);
});

test("a look that fails is told, and the next one is tried", async () => {
  const events: Observed[] = [];
  let looks = 0;
  const probe = async () => {
    looks += 1;
    throw new Error("port 68 is taken");
  };
  const segment = { name: "rack-a", interface: "eth1" };
  const observe = (event: Observed) => events.push(event);
  const watch = watchServers({ segment, expected: [], now: () => 0, probe, observe, found: () => {} });

  await vi.advanceTimersByTimeAsync(600_000);
  await watch.stop();

  expect(looks).toBe(2);
  expect(events[0]).toMatchObject({ kind: "fault", says: expect.stringContaining("port 68 is taken") });
});
