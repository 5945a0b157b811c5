import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Observed } from "../base/event.ts";
import type { Ipv4 } from "../base/ipv4.ts";
import type { Ipv6 } from "../base/ipv6.ts";
import type { ServerFinding } from "./core/dhcp/other-servers.ts";
import { watchServers } from "./watch-servers.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => vi.useRealTimers());

const NOBODY = { DHCP: async () => [], DHCPv6: async () => [] };

test("where IPv6 is served a DHCPv6 server that comes is told beside what is known of DHCP", async () => {
  const rogue = "fe80::66" as Ipv6;
  const found: (readonly ServerFinding[])[] = [];
  const events: Observed[] = [];
  const watch = watchServers({
    segment: { name: "rack-a", interface: "eth1", mode: "proxy", ipv6: { mode: "lease" } },
    ...{ expected: [], now: () => 0, probes: { ...NOBODY, DHCPv6: async () => [rogue] } },
    observe: (event) => events.push(event),
    found: (findings) => found.push(findings),
  });

  await vi.advanceTimersByTimeAsync(0);
  await watch.stop();

  expect(found.at(-1)?.map(({ id, servers }) => [id, ...servers])).toEqual([
    ["no-server"],
    ["other-server", rogue],
  ]);
  expect(events.at(-1)?.says).toContain(`Another DHCPv6 server, ${rogue}, answers on eth1`);
});

test("where IPv6 is not served nobody asks for DHCPv6", async () => {
  const probes = { ...NOBODY, DHCPv6: vi.fn(async () => []) };
  const segment = { name: "rack-a", interface: "eth1" };
  const watch = watchServers({
    ...{ segment, expected: [], now: () => 0, probes, observe: () => {}, found: () => {} },
  });

  await watch.stop();

  expect(probes.DHCPv6).not.toHaveBeenCalled();
});

test("a server that comes is told once, and that it went", async () => {
  const answers: Ipv4[][] = [[], ["10.0.0.66" as Ipv4], ["10.0.0.66" as Ipv4], []];
  const events: Observed[] = [];
  const found: number[] = [];
  const watch = watchServers({
    segment: { name: "rack-a", interface: "eth1" },
    ...{ expected: [], now: () => 0, probes: { ...NOBODY, DHCP: async () => answers.shift() ?? [] } },
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
  const probes = { ...NOBODY, DHCP: probe };
  const watch = watchServers({ segment, expected: [], now: () => 0, probes, observe, found: () => {} });

  await vi.advanceTimersByTimeAsync(600_000);
  await watch.stop();

  expect(looks).toBe(2);
  expect(events[0]).toMatchObject({ kind: "fault", says: expect.stringContaining("port 68 is taken") });
});
