import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PROXY } from "../../test/support/dhcp-requests.ts";
import type { Observed } from "../base/event.ts";
import { fromHex } from "../base/text.ts";
import type { Bootable } from "./core/segment.ts";
import { answerDhcp } from "./dhcp-server.ts";
import { groundOf } from "./open-boot.ts";

/** What is told when a host asks for an address beside another server, and boots by itself. */
async function toldOf(machine: Bootable | undefined): Promise<string[]> {
  const [, hex = ""] = readFileSync("captures/dhcp/dhclient-discover.hex", "utf8").split("\n\n");
  const events: Observed[] = [];
  const { world, leasesOf, shared } = groundOf({
    ...{ segment: PROXY, machineOf: () => machine, observe: (event) => events.push(event), now: () => 0 },
    fileFor: () => ({ is: "missing", because: "" }),
  });
  const parts = { ...shared, prover: undefined };
  await answerDhcp({ world, parts, leasesOf, send: () => {} })(fromHex(hex), "0.0.0.0");
  return events.map(({ kind }) => kind);
}

test("beside another server a host that does not netboot leaves no event, unless it is a machine on record", async () => {
  expect(await toldOf(undefined)).toEqual([]);
  expect(await toldOf({ name: "m1", loader: "auto" })).toEqual(["dhcp.heard", "dhcp.silent"]);
});
