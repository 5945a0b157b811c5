import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Fault } from "../../src/base/fault.ts";
import { filePins } from "../../src/bmc/pins.ts";
import { type RedfishBmc, redfish } from "../../src/bmc/redfish.ts";
import { hastyClock } from "../support/hasty-clock.ts";
import { type Board, startRedfish } from "../support/redfish-server.ts";

const LOGIN = { user: "ADMIN", password: "Sixteen8letters0" };
const ISO = "http://10.0.0.1/debian-13.iso";

/** What a driver of Redfish alone can do, on recordings of two boards. */
describe.each([
  { recording: "supermicro-as-1015cs", ways: ["SSH", "IPMI"], maker: "Supermicro" },
  { recording: "dell-r6515", ways: ["SSH", "IPMI"], maker: "Dell Inc." },
])("$recording", ({ recording, ways, maker }) => {
  let place: string;
  let board: Board;
  let bmc: RedfishBmc;

  beforeEach(async () => {
    place = mkdtempSync(join(tmpdir(), "pins-"));
    board = await startRedfish(recording, { [LOGIN.user]: LOGIN.password });
    const at = { machine: "m1", address: "127.0.0.1", port: board.port, ...LOGIN };
    bmc = redfish(at, { pins: filePins(place), clock: hastyClock() });
  });
  afterEach(async () => {
    await bmc.close();
    await board.stop();
    rmSync(place, { recursive: true });
  });

  test("a disc is inserted from a URL and ejected, and both read back", async () => {
    await bmc.insertMedia(ISO);
    await bmc.bootOnce("cdrom", { efi: true });
    await bmc.ejectMedia();

    const acts = board.heard.filter(({ path }) => path.includes("/Actions/VirtualMedia."));
    expect(acts.map(({ path }) => path.split(".").at(-1))).toEqual(["InsertMedia", "EjectMedia"]);
  });

  test("it says by what ways there is a serial console, and what it is", async () => {
    expect((await bmc.consoleOffer()).ways.map(({ by, isOn }) => (isOn ? by : ""))).toEqual(ways);
    expect((await bmc.parts())[0]!.fields.Manufacturer).toBe(maker);
    expect((await bmc.controller()).maker).toBe(maker);
  });

  test("HTTP boot is set with its URI, or refused in words where the board lists none", async () => {
    const boot = bmc.bootOnce("http", { efi: true, uri: "http://10.0.0.1/bootx64.efi" });

    if (maker === "Supermicro") {
      await expect(boot).rejects.toThrow("it offers no UefiHttp, only None, Pxe");
      return;
    }
    await boot;
    expect(board.resource("/redfish/v1/Systems/System.Embedded.1").Boot).toMatchObject({
      BootSourceOverrideTarget: "UefiHttp",
      BootSourceOverrideMode: "UEFI",
      HttpBootUri: "http://10.0.0.1/bootx64.efi",
    });
  });
});

/**
 * Any Redfish server that somebody runs: `REDFISH_AT=https://ADMIN:secret@127.0.0.1:8001 npx vitest run
 * test/interop/redfish.test.ts`. Its machine is turned on and off. Each ability answers, or says in words why not.
 */
const given = process.env.REDFISH_AT;
const noServer = given === undefined ? " (skipped: not set)" : "";
describe.skipIf(given === undefined)(`the server at REDFISH_AT${noServer}`, () => {
  const place = mkdtempSync(join(tmpdir(), "pins-"));
  let bmc: RedfishBmc;

  beforeAll(() => {
    const { hostname, port, username, password } = new URL(given!);
    const at = { machine: "m1", address: hostname, port: Number(port) || 443, user: username, password };
    bmc = redfish(at, { pins: filePins(place) });
  });
  afterAll(async () => {
    await bmc?.close();
    rmSync(place, { recursive: true });
  });

  const abilities: Readonly<Record<string, () => Promise<unknown>>> = {
    off: () => bmc.act("off"),
    on: () => bmc.act("on"),
    cycle: () => bmc.act("cycle"),
    soft: () => bmc.act("soft"),
    bootOnce: () => bmc.bootOnce("pxe", { efi: true }),
    bootAlways: () => bmc.bootAlways("disk", { efi: true }),
    insertMedia: () => bmc.insertMedia(process.env.REDFISH_ISO ?? ISO),
    ejectMedia: () => bmc.ejectMedia(),
    controller: () => bmc.controller(),
    parts: () => bmc.parts(),
    sensors: () => bmc.sensors(),
    log: () => bmc.log(),
    users: () => bmc.users(),
    findings: () => bmc.findings(),
    consoleOffer: () => bmc.consoleOffer(),
  };
  test.each(Object.keys(abilities))("%s", { timeout: 150_000 }, async (ability) => {
    const answer = await abilities[ability]!().catch((fault: unknown) => fault);

    console.log(
      `${ability}: ${answer instanceof Fault ? answer.says : JSON.stringify(answer)}`.slice(0, 400),
    );
    if (answer instanceof Error) expect(answer).toBeInstanceOf(Fault);
  });
});
