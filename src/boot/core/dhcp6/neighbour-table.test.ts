import { expect, test } from "vitest";
import { readNeighbours6 } from "./neighbour-table.ts";

test("the kernel's neighbours are read as iproute2 6.1 prints them; who did not answer is left out", () => {
  const printed = `[{"dst":"2001:db8:9::abcd","lladdr":"52:54:00:00:00:01","state":["REACHABLE"]},
    {"dst":"fe80::1","lladdr":"52:54:00:00:00:02","router":null,"state":["STALE"]},
    {"dst":"2001:db8:9::9","state":["FAILED"]}]`;

  expect([...readNeighbours6(printed)]).toEqual([
    ["2001:db8:9::abcd", "52:54:00:00:00:01"],
    ["fe80::1", "52:54:00:00:00:02"],
  ]);
});
