import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Agent } from "../../src/agent/agent.ts";
import { memoryPair } from "../../src/agent/wires.ts";
import type { Segment } from "../../src/api/agent.ts";
import { openDriver } from "../../src/bmc/drivers.ts";
import { filePins, forgetPins } from "../../src/bmc/pins.ts";
import { Desk } from "../../src/machine/desk.ts";
import { Meters } from "../../src/machine/meters.ts";
import { randomPassword } from "../../src/main/random-password.ts";
import { noWebhooks } from "../support/no-webhooks.ts";
import { type Board, startRedfish } from "../support/redfish-server.ts";
import { openTestStore } from "../support/store.ts";

const OLD = "canary-old-password";
const SEGMENT: Segment = {
  ...{ name: "local", mode: "dhcp", interface: "none0", subnet: "10.77.0.1/24" },
  ...{ pool: { from: "10.77.0.100", to: "10.77.0.199" }, answerSolicitations: true, leaseSeconds: 60 },
  ...{ routers: [], nameServers: [], reservations: [], relayed: [], image: "debian-12", unknown: "local" },
};
let store: Awaited<ReturnType<typeof openTestStore>>;
let storyHome: ReturnType<typeof store.openStories>;
let board: Board;
let place: string;
let desk: Desk;
let agent: Agent;
const passwords: Record<string, string> = {};

beforeEach(async () => {
  place = mkdtempSync(join(tmpdir(), "redfish-service-"));
  Object.assign(passwords, { ADMIN: OLD });
  board = await startRedfish("supermicro-as-1015cs", passwords);
  store = await openTestStore();
  storyHome = store.openStories();
  desk = await new Desk({
    ...{ store, storyHome, version: "0", now: Date.now, newId: randomUUID, newPassword: randomPassword },
    ...{
      troubled: () => {},
      listImages: async () => [],
      mirror: () => null,
      webhooks: noWebhooks,
      meters: new Meters(),
      vendorsOf: async () => new Map(),
      profiles: () => ({}),
      reload: async () => "",
    },
    checkImage: async () => ({ at: 0, overall: "unknown" as const, findings: [] }),
    requireImage: async () => {},
    recipes: () => ({}),
    listRoots: async () => [],
    requireRoot: async (image) => ({ name: image, bytes: 1, sha256: "" }),
  }).open();
  const pins = filePins(place);
  agent = new Agent({
    ...{ name: "a", run: randomUUID(), segment: SEGMENT, declares: [], recordings: place, now: Date.now },
    openBmc: (record) => openDriver(record, { pins, commands: {} }),
    forgetPins: (machine) => forgetPins(place, machine),
    handFile: async () => ({ is: "missing", because: "there is no such file" }),
  });
  const ends = memoryPair();
  desk.meet(ends.service);
  void agent.serve(ends.agent);
  await vi.waitFor(async () => expect((await desk.status()).agents).toHaveLength(1));
  await desk.addMachine(
    {
      ...{ name: "web1", mac: "0c:c4:7a:7c:28:40", firmware: "uefi", serial: "ttyS1,115200n8" },
      ...{ redirected: false, loader: "auto", segment: "local", labels: {} },
      bmc: { address: "127.0.0.1", port: board.port, user: "ADMIN", password: OLD, driver: "redfish" },
    },
    "anna",
  );
});
afterEach(async () => {
  await agent.stop();
  await desk.stop();
  await storyHome.close();
  await store.close();
  await board.stop();
  rmSync(place, { recursive: true });
});

const everythingTold = async () =>
  JSON.stringify([await desk.listMachines({}), await store.recentEvents({ limit: 1000 })]);

test("power, sensors and findings come through service and agent by the driver on record", async () => {
  expect(await desk.setPower({ name: "web1", act: "on" }, "anna")).toEqual({ power: "on" });
  expect((await desk.readBmc({ name: "web1", about: "sensors" }, "anna")).sensors).toContainEqual({
    ...{ name: "CPU Temp", is: "ok", reads: "40 Cel" },
  });
  expect((await desk.showMachine({ name: "web1" })).console).toMatchObject({
    ...{ is: "none", because: "its BMC's driver has no console" },
  });
});

test("a secured BMC has a password of 20 characters that only the store knows", async () => {
  const { says } = await desk.secure({ name: "web1" }, "anna");

  expect(says).toMatch(/took it at a login/);
  expect(passwords.ADMIN).toMatch(/^[A-Za-z0-9]{20}$/);
  expect((await store.bmcLogin("web1"))?.password).toBe(passwords.ADMIN);
  expect(await store.offeredPassword("web1")).toBeNull();
  expect(await desk.readPower({ name: "web1" }, "anna")).toEqual({ power: "off" });
  const told = await everythingTold();
  expect(told).not.toContain(OLD);
  expect(told).not.toContain(passwords.ADMIN);
});

test("a change that was cut off after the BMC took it is found out the next time", async () => {
  await store.offerPassword("web1", "Taken8letters0000000"); // and then the service was killed
  passwords.ADMIN = "Taken8letters0000000";

  await desk.secure({ name: "web1" }, "anna");

  expect((await store.bmcLogin("web1"))?.password).toBe(passwords.ADMIN);
  expect(passwords.ADMIN).not.toBe("Taken8letters0000000");
});

test("a change that was cut off before the BMC took it leaves the old one, and both are kept until it is known", async () => {
  await store.offerPassword("web1", "NeverTaken8letters00");
  await desk.readPower({ name: "web1" }, "anna"); // it is known by its certificate now
  await board.newCertificate(); // nobody logs in through a stranger

  await expect(desk.secure({ name: "web1" }, "anna")).rejects.toMatchObject({ id: "bmc.changed" });
  expect((await store.bmcLogin("web1"))?.password).toBe(OLD);
  expect(await store.offeredPassword("web1")).toBe("NeverTaken8letters00");

  await desk.setBmc({ name: "web1", trustAnew: true }, "anna");
  await desk.secure({ name: "web1" }, "anna");
  expect((await store.bmcLogin("web1"))?.password).toBe(passwords.ADMIN);
});

test("another driver brings its own port, and what was not given stays", async () => {
  await desk.setBmc({ name: "web1", driver: "smash", trustAnew: false }, "anna");

  expect((await desk.showMachine({ name: "web1" })).bmc).toEqual({
    ...{ address: "127.0.0.1", port: 22, user: "ADMIN", driver: "smash" },
  });
  expect((await store.bmcLogin("web1"))?.password).toBe(OLD);
});

test("what is remembered of a BMC is readable to its owner alone", async () => {
  await desk.readPower({ name: "web1" }, "anna");

  expect(readdirSync(place)).toContain("web1.certificate");
});
