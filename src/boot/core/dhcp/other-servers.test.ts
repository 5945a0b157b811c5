import { expect, test } from "vitest";
import type { Ipv4 } from "../../../base/ipv4.ts";
import type { Ipv6 } from "../../../base/ipv6.ts";
import { judgeServers, type Looked } from "./other-servers.ts";

const [A, B] = ["10.0.0.66", "10.0.0.67"] as [Ipv4, Ipv4];
const judged = (looked: Partial<Looked>) =>
  judgeServers({
    on: "eth1",
    of: "DHCP",
    leases: true,
    expected: [],
    first: undefined,
    heard: [],
    ...looked,
  }).map(({ id, servers }) => [id, ...servers]);

test("beside our own leases everybody else is a finding, unless the settings expect it", () => {
  expect(judged({})).toEqual([]);
  expect(judged({ heard: [B, A] })).toEqual([
    ["other-server", A],
    ["other-server", B],
  ]);
  expect(judged({ heard: [A, B], expected: [A] })).toEqual([["other-server", B]]);
});

test("a proxy wants one server, the same each time", () => {
  const leases = false;

  expect(judged({ leases, heard: [A] })).toEqual([]);
  expect(judged({ leases, heard: [A], first: A })).toEqual([]);
  expect(judged({ leases, heard: [] })).toEqual([["no-server"]]);
  expect(judged({ leases, heard: [A, B], first: A })).toEqual([["other-server", A, B]]);
  expect(judged({ leases, heard: [B], first: A })).toEqual([["server-changed", B]]);
});

test("a proxy whose settings name the servers wants those and no other", () => {
  const leases = false;

  expect(judged({ leases, heard: [A, B], expected: [A, B] })).toEqual([]);
  expect(judged({ leases, heard: [B], expected: [A] })).toEqual([["other-server", B]]);
  expect(judged({ leases, heard: [], expected: [A] })).toEqual([["no-server"]]);
});

test("by IPv6 hosts may make their own addresses: nobody has to answer, two are too many", () => {
  const [near, far] = ["fe80::66", "fe80::67"] as [Ipv6, Ipv6];
  const of = "DHCPv6";

  expect(judged({ of, leases: false })).toEqual([]);
  expect(judged({ of, leases: false, heard: [near] })).toEqual([]);
  expect(judged({ of, leases: false, heard: [near, far] })).toEqual([["other-server", near, far]]);
  expect(judged({ of, leases: true, heard: [near] })).toEqual([["other-server", near]]);
});
