import { expect, test } from "vitest";
import type { Ipv4 } from "../../../base/ipv4.ts";
import { judgeServers, type Looked } from "./other-servers.ts";

const [A, B] = ["10.0.0.66", "10.0.0.67"] as [Ipv4, Ipv4];
const judged = (looked: Partial<Looked>) =>
  judgeServers({ on: "eth1", mode: "dhcp", expected: [], first: undefined, heard: [], ...looked }).map(
    ({ id, servers }) => [id, ...servers],
  );

test("beside our own leases everybody else is a finding, unless the settings expect it", () => {
  expect(judged({})).toEqual([]);
  expect(judged({ heard: [B, A] })).toEqual([
    ["other-server", A],
    ["other-server", B],
  ]);
  expect(judged({ heard: [A, B], expected: [A] })).toEqual([["other-server", B]]);
});

test("a proxy wants one server, the same each time", () => {
  const mode = "proxy";

  expect(judged({ mode, heard: [A] })).toEqual([]);
  expect(judged({ mode, heard: [A], first: A })).toEqual([]);
  expect(judged({ mode, heard: [] })).toEqual([["no-server"]]);
  expect(judged({ mode, heard: [A, B], first: A })).toEqual([["other-server", A, B]]);
  expect(judged({ mode, heard: [B], first: A })).toEqual([["server-changed", B]]);
});

test("a proxy whose settings name the servers wants those and no other", () => {
  const mode = "proxy";

  expect(judged({ mode, heard: [A, B], expected: [A, B] })).toEqual([]);
  expect(judged({ mode, heard: [B], expected: [A] })).toEqual([["other-server", B]]);
  expect(judged({ mode, heard: [], expected: [A] })).toEqual([["no-server"]]);
});
