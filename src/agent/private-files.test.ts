import { expect, test } from "vitest";
import type { KnownMachine } from "../api/agent.ts";
import type { Observed } from "../base/event.ts";
import type { Ipv4 } from "../base/ipv4.ts";
import { readMac } from "../base/mac.ts";
import { must } from "../base/read.ts";
import { GrantDesk } from "./grant-desk.ts";
import { PrivateFiles } from "./private-files.ts";

const MAC = must(readMac("52:54:00:7a:00:01"));
const address = "10.77.0.100" as Ipv4;
const PRESEED = "d-i passwd/root-password-crypted password $6$salt$hash";
const machine: KnownMachine = {
  ...{ name: "m1", macs: [MAC], firmware: "bios", serial: "ttyS0,115200n8", redirected: true },
  ...{ loader: "auto", bmc: null, preseed: PRESEED },
  plan: { id: 7, kind: "installer", image: "debian-12", state: "armed", by: "ann", at: 0 },
};

function setUp() {
  const events: Observed[] = [];
  const machineCalled = (name: string) => (name === "m1" ? machine : undefined);
  const grants = new GrantDesk({
    machineOf: (mac) => (mac === MAC ? machine : undefined),
    machineCalled,
    observe: (event) => events.push(event),
    now: () => 0,
  });
  const handFile = async () => ({ is: "missing", because: "there is no hand here" }) as const;
  const files = new PrivateFiles({ grants, machineCalled, handFile });
  return { files, events };
}

test("the machine gets its preseed at an address of 128 bits of dice, once; the second time is told of", async () => {
  const { files, events } = setUp();
  const path = files.pathFor(machine)!;

  const [first, second] = [
    await files.answer({ mac: MAC, address }, path),
    await files.answer({ mac: MAC, address }, path),
  ];

  expect(path).toMatch(/^private\/[0-9a-f]{32}\/preseed\.cfg$/);
  expect(first.is === "bytes" && Buffer.from(first.bytes).toString()).toBe(PRESEED);
  expect(second).toEqual({ is: "missing", because: "it was fetched before" });
  expect(events.map(({ kind, machine }) => [kind, machine])).toEqual([
    ["private.served", "m1"],
    ["private.refused", "m1"],
  ]);
  expect(events[0]?.detail).toMatchObject({ plan: 7 });
});

test("no event holds a token or the preseed", async () => {
  const { files, events } = setUp();
  const path = files.pathFor(machine)!;

  for (const asked of [path, path, `${path}x`, path.toUpperCase(), path.replace("preseed", "other")])
    await files.answer({ mac: MAC, address }, asked);

  const said = JSON.stringify(events);
  const token = path.split("/")[1]!;
  expect(said).not.toContain("$6$");
  expect(said.toLowerCase()).not.toContain(token);
  expect(said).toContain(`private/${token.slice(0, 8)}…/`);
});

test("a machine whose plan has no preseed has no private address", () => {
  const { preseed: _, ...without } = machine;
  const { files } = setUp();

  expect(files.pathFor(without)).toBeUndefined();
  expect(files.pathFor({ ...machine, plan: null })).toBeUndefined();
});
