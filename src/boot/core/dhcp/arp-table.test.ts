import { expect, test } from "vitest";
import { ip } from "../../../../test/support/dhcp-requests.ts";
import { macInArpTable } from "./arp-table.ts";

const TABLE = `IP address       HW type     Flags       HW address            Mask     Device
10.0.0.50        0x1         0x2         52:54:00:aa:bb:01     *        s0
10.0.0.51        0x1         0x0         00:00:00:00:00:00     *        s0
10.0.0.52        0x1         0x2         52:54:00:aa:bb:02     *        s1
`;

test("a neighbour is found by address, on its own interface, when its entry is complete", () => {
  const at = (address: string) => macInArpTable(TABLE, ip(address), "s0");

  expect(at("10.0.0.50")).toBe("52:54:00:aa:bb:01");
  expect([at("10.0.0.51"), at("10.0.0.52"), at("10.0.0.5")]).toEqual([undefined, undefined, undefined]);
  expect(macInArpTable("", ip("10.0.0.50"), "s0")).toBeUndefined();
});
