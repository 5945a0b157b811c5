import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type Does, PretendHand } from "../../test/support/pretend-hand.ts";
import type { KnownMachine } from "../api/agent.ts";
import type { Observed } from "../base/event.ts";
import type { Ipv4 } from "../base/ipv4.ts";
import { readMac } from "../base/mac.ts";
import { must } from "../base/read.ts";
import { GrantDesk } from "./grant-desk.ts";
import { Hands, type HandsNeeds } from "./hands.ts";
import { keptGrants } from "./kept-grants.ts";

const MAC = must(readMac("52:54:00:7a:00:01"));
const ADDRESS = "10.77.0.100" as Ipv4;
const armed = (id: number, kind: "live" | "local" = "live"): KnownMachine => ({
  ...{ name: "m1", macs: [MAC], firmware: "bios", serial: "ttyS0,115200n8", redirected: true },
  ...{ loader: "auto", bmc: null },
  plan: { id, kind, image: "live", state: "used", by: "ann", at: 0 },
});
const ERRAND = { ask: "errand", machine: "m1", script: "true", withinMs: 60_000 } as const;
const fine: Does = async (script) => ({ code: 0, output: `ran ${script}\n` });

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0).reverse()) close();
});

function setUp(limits: HandsNeeds["limits"] = {}) {
  const directory = mkdtempSync(join(tmpdir(), "hands-"));
  open.push(() => rmSync(directory, { recursive: true }));
  const events: Observed[] = [];
  let machine = armed(7);
  const file = join(directory, "hands", "rack.json");
  const start = () => {
    const needs = {
      machineOf: (mac: string) => (mac === MAC ? machine : undefined),
      machineCalled: (name: string) => (name === "m1" ? machine : undefined),
      observe: (event: Observed) => events.push(event),
      now: Date.now,
    };
    const grants = new GrantDesk({ ...needs, kept: keptGrants(file) });
    const hands = new Hands({
      ...{ ...needs, grants, limits, tell: () => {} },
      file: async (name) => ({ is: "file", root: "/images", path: name }),
    });
    open.push(() => hands.stop());
    return hands;
  };
  const arm = (hands: Hands, next: KnownMachine) => {
    machine = next;
    hands.learn(next);
  };
  const comes = (hands: Hands, does = fine) => {
    const hand = new PretendHand(hands, machine, does);
    open.push(() => hand.stop());
    return { hand, ended: hand.works() };
  };
  return { start, arm, comes, events, kept: () => readFileSync(file, "utf8") };
}

test("an errand waits for its hand; its output comes back, and its progress is on the timeline", async () => {
  const { start, comes, events } = setUp();
  const hands = start();
  const answer = hands.errand({ ...ERRAND, id: "first" });

  comes(hands, async (_, say) => {
    await say("@progress 40 writing\n");
    return { code: 3, output: "no\x1b[0m room\n" };
  });

  expect(await answer).toEqual({ code: 3, output: "no?[0m room\n" });
  expect(events.map(({ kind, says }) => [kind, says])).toEqual([
    ["hand.seen", "The live hand of m1 is there: 6.12.0, at 10.77.0.100"],
    ["hand.errand", "The live hand of m1 has the errand first"],
    ["hand.progress", "m1: writing, 40 %"],
    ["hand.done", "The errand first of m1 ended with code 3"],
  ]);
});

test("who asks for the same errand again, meanwhile or later, gets its one answer", async () => {
  const { start, comes } = setUp();
  const hands = start();
  const both = [hands.errand({ ...ERRAND, id: "once" }), hands.errand({ ...ERRAND, id: "once" })];

  const { hand } = comes(hands);

  const answers = [...(await Promise.all(both)), await hands.errand({ ...ERRAND, id: "once" })];
  expect(answers).toEqual(Array(3).fill({ code: 0, output: "ran true\n" }));
  expect(hand.runs).toEqual(["once"]);
});

test("an agent that ends in the middle of an errand and starts again gets its answer; it is not run twice", async () => {
  const { start, comes, events } = setUp();
  const first = start();
  const cut = first.errand({ ...ERRAND, id: "long" }).catch((error: Error) => error.message);
  let finish: () => void = () => {};
  const running = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { hand } = comes(first, async () => {
    await running;
    return { code: 0, output: "all of it\n" };
  });
  await expect.poll(() => hand.runs).toEqual(["long"]);

  first.stop();
  const second = start();
  hand.meets(second);
  const answer = second.errand({ ...ERRAND, id: "long" });
  finish();

  expect(await cut).toBe("the agent stops");
  expect(await answer).toEqual({ code: 0, output: "all of it\n" });
  expect(hand.runs).toEqual(["long"]);
  expect(events.filter(({ kind }) => kind === "hand.seen")).toHaveLength(1);
});

test("the next arming ends the hand, and what was asked of it", async () => {
  const { start, arm, comes } = setUp();
  const hands = start();
  const { hand, ended } = comes(hands, () => new Promise(() => {}));
  await expect.poll(() => hand.ask("POST", "said/x").then(({ status }) => status)).toBe(200);
  const asked = hands.errand({ ...ERRAND, id: "late" });
  hand.stop();

  arm(hands, armed(8, "local"));

  await expect(asked).rejects.toMatchObject({ id: "hand.over" });
  expect((await hand.ask("GET", "errand")).status).toBe(410);
  await ended;
  expect(() => hands.errand({ ...ERRAND, id: "later" })).toThrow(/has no live hand/);
});

test("a stranger's address, an old token, another boot and other words get nothing, and no token is told", async () => {
  const { start, events, kept } = setUp();
  const hands = start();
  const path = hands.pathFor(armed(7))!;
  const of = (client: object, method: string, at: string) => {
    const talk = hands.conversation({ address: ADDRESS, ...client }, method, at);
    return typeof talk === "function" ? "heard" : talk?.status;
  };
  const hello = (boot: string) => {
    const talk = hands.conversation({ mac: MAC, address: ADDRESS }, "POST", `${path}hello`);
    const said = { header: () => undefined, gone: AbortSignal.timeout(1000) };
    return typeof talk === "function" && talk({ ...said, body: Buffer.from(`boot=${boot}`) });
  };

  expect(of({}, "POST", `${path}hello`)).toBe(404);
  expect(of({ mac: must(readMac("52:54:00:7a:00:02")) }, "POST", `${path}hello`)).toBe(404);
  expect(of({ mac: MAC }, "POST", path.replace(/\w{32}/, "f".repeat(32)).concat("hello"))).toBe(404);
  expect(of({ mac: MAC }, "POST", `${path}preseed.cfg`)).toBeUndefined();
  expect(of({ mac: MAC }, "GET", `${path}hello`)).toBeUndefined();
  expect(of({ mac: MAC }, "GET", `${path}errand`)).toBe(409);
  expect(await hello("0b3a6f3e-1d0c-4b0a-9f61-0f6f3c1f2a11")).toEqual({ status: 200 });
  expect(await hello("0b3a6f3e-1d0c-4b0a-9f61-0f6f3c1f2a12")).toEqual({ status: 410 });
  expect(await hands.fileFor({ address: ADDRESS }, `${path}file/root/a`)).toMatchObject({ is: "missing" });
  expect(await hands.fileFor({ mac: MAC, address: ADDRESS }, `${path}file/root/a`)).toEqual({
    ...{ is: "file", root: "/images", path: "root/a" },
  });
  expect(events.filter(({ kind }) => kind === "private.refused")).toHaveLength(4);
  expect(JSON.stringify(events) + kept()).not.toContain(path.split("/")[1]!);
});

test("a hand that does not come, and one that goes silent, end the waiting with the reason", async () => {
  const { start, comes } = setUp({ absentMs: 50, silentMs: 50, lookMs: 5 });
  const hands = start();

  await expect(hands.errand({ ...ERRAND, id: "a" })).rejects.toMatchObject({ id: "hand.absent" });
  comes(hands, () => new Promise(() => {}));
  await expect.poll(() => hands.errand({ ...ERRAND, id: "b" }).catch(({ id }) => id)).toBe("hand.lost");
});
