import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Asked } from "../../src/api/table.ts";
import type { FaultId } from "../../src/base/fault.ts";
import { openDriver } from "../../src/bmc/drivers.ts";
import { filePins } from "../../src/bmc/pins.ts";
import { BadDoor, type SPOILS, strangerAt } from "../support/bad-bmc.ts";
import { type Sim, startIpmiSim } from "../support/ipmi-sim.ts";
import { openOneService } from "../support/one-service.ts";
import { type Board, startRedfish } from "../support/redfish-server.ts";

/**
 * A service with its real drivers, and machines whose BMC is each wrong in one way: the fault says in which, nobody
 * is told that the machine is on or off, and when it is put right the next try works.
 */
const LOGIN = { user: "ADMIN", password: "Sixteen8letters0" };
const patient = { timeout: 60_000, interval: 100 };
type Way = NonNullable<Asked<"addMachine">["bmc"]>;
type Bad = {
  readonly bmc: Way;
  readonly fault: FaultId;
  readonly says: RegExp;
  mend(): Partial<Way> | undefined; // what is set on record; nothing: the BMC itself was put right
};

let service: Awaited<ReturnType<typeof openOneService>>;
let sim: Sim;
let board: Board;
const pins = mkdtempSync(join(tmpdir(), "bad-bmc-"));
const closing: (() => unknown)[] = [];
const told = new Map<string, Promise<unknown>>();

const byIpmi = (change: Partial<Way>): Way => ({ address: "127.0.0.1", port: sim.port, ...LOGIN, ...change });
const byRedfish = (change: Partial<Way>): Way => byIpmi({ driver: "redfish", port: board.port, ...change });

async function behind(spoil: keyof typeof SPOILS): Promise<Pick<Bad, "bmc" | "mend">> {
  const door = await new BadDoor().open(sim.port, spoil);
  closing.push(() => door.close());
  return { bmc: byIpmi({ port: door.port }), mend: () => void door.mend() };
}
async function answering(text: string): Promise<Pick<Bad, "bmc" | "mend">> {
  const stranger = await strangerAt(text);
  closing.push(stranger.close);
  return { bmc: byRedfish({ port: stranger.port }), mend: () => ({ port: board.port }) };
}
async function saying(body: string): Promise<Pick<Bad, "bmc" | "mend">> {
  const other = await startRedfish("supermicro-as-1015cs", { [LOGIN.user]: LOGIN.password });
  closing.push(() => other.stop());
  other.trouble.answers = (_, response) => {
    response.end(body);
    return true;
  };
  return { bmc: byRedfish({ port: other.port }), mend: () => void delete other.trouble.answers };
}

const SILENT = {
  fault: "bmc.unreachable",
  says: /^The BMC of \S+ at 127\.0\.0\.\d does not answer/,
} as const;
const FAILED = { fault: "bmc.failed", says: /^The BMC of \S+ failed at / } as const;
const BAD: Readonly<Record<string, () => Bad | Promise<Bad>>> = {
  "a wrong address": () => ({
    ...SILENT,
    bmc: byIpmi({ address: "127.0.0.2" }),
    mend: () => ({ address: "127.0.0.1" }),
  }),
  "a wrong password": () => ({
    ...{ fault: "bmc.login-refused", says: /refused the user or the password/ },
    bmc: byIpmi({ password: "not-the-password" }),
    mend: () => ({ password: LOGIN.password }),
  }),
  "a cipher suite that it does not take": async () => ({
    ...{ fault: "bmc.no-cipher", says: /takes neither cipher suite 17 nor 3/ },
    ...(await behind("no cipher suite")),
  }),
  "IPMI of random bytes": async () => ({ ...SILENT, ...(await behind("random bytes")) }),
  "IPMI that says back what it hears": async () => ({ ...SILENT, ...(await behind("what was asked")) }),
  "IPMI that logs in and then answers random bytes": async () => ({
    ...FAILED,
    ...(await behind("random bytes from the login on")),
  }),
  "Redfish that is a page": async () => ({
    ...FAILED,
    ...(await saying("<!DOCTYPE html><html><body>Welcome to nginx!</body></html>")),
  }),
  "Redfish that is cut off in the middle": async () => ({
    ...FAILED,
    ...(await saying('{"@odata.id":"/redfish/v1/","Systems":{"@odata.id":"/redf')),
  }),
  "Redfish without TLS": async () => ({ ...SILENT, ...(await answering("HTTP/1.1 200 OK\r\n\r\n{}")) }),
};
const names = Object.keys(BAD);
const nameOf = (bad: string) => `m-${names.indexOf(bad)}`;
const bads = new Map<string, Bad>();

beforeAll(async () => {
  sim = await startIpmiSim({ name: LOGIN.user, password: LOGIN.password });
  board = await startRedfish("supermicro-as-1015cs", { [LOGIN.user]: LOGIN.password });
  service = await openOneService();
  const world = { pins: filePins(pins), commands: {} };
  const { agent } = service.startAgent({ machines: [], openBmc: (record) => openDriver(record, world) });
  service.attach(agent);
  for (const [place, bad] of names.entries()) {
    bads.set(bad, await BAD[bad]!());
    const { bmc } = bads.get(bad)!;
    const machine = { name: nameOf(bad), mac: `52:54:00:7b:00:0${place}`, segment: "rack", bmc };
    await vi.waitFor(() => service.api.ask("addMachine", machine), patient);
  }
  const ask = (name: string) => service.api.ask("setPower", { name, act: "on" }).catch((fault) => fault);
  for (const bad of names) told.set(bad, ask(nameOf(bad))); // the agent has asked by itself before
}, 60_000);

afterAll(async () => {
  await service?.close();
  for (const close of closing) await close();
  await Promise.all([board?.stop(), sim?.stop()]);
  rmSync(pins, { recursive: true, force: true });
}, 60_000);

const powerOf = async (name: string) => (await service.api.ask("showMachine", { name })).power;

test.each(names)(
  "a BMC with %s: the fault says so, the state is not made up, and put right it works",
  async (bad) => {
    const { fault, says, mend } = bads.get(bad)!;
    const name = nameOf(bad);

    expect(await told.get(bad)).toMatchObject({ id: fault, says: expect.stringMatching(says), remedy: /./ });
    expect(await powerOf(name)).toBe("unknown");
    const events = (await service.api.ask("timeline", { name, limit: 100 })).events;
    expect(events.map(({ detail }) => detail.fault)).toContain(fault);
    expect(JSON.stringify(events)).not.toContain(LOGIN.password);

    const put = mend();
    if (put !== undefined) await service.api.ask("setBmc", { name, ...put });
    const { power } = await service.api.ask("setPower", { name, act: "on" });

    expect([power, await powerOf(name)]).toEqual(["on", "on"]);
  },
  90_000,
);

test("a BMC that answers no more makes the power unknown with the reason on the timeline, and what it is when it is back", async () => {
  const name = "m-back";
  const machine = { name, mac: "52:54:00:7b:00:ff", segment: "rack", bmc: byRedfish({}) };
  await service.api.ask("addMachine", machine);
  await expect.poll(() => powerOf(name), patient).toMatch(/on|off/);
  const before = await powerOf(name);
  const read = () => service.api.ask("readPower", { name });
  board.trouble.answers = (_, response) => {
    response.end("<html>");
    return true;
  };

  await expect(read()).rejects.toMatchObject({ id: "bmc.failed" });
  const afterOne = await powerOf(name);
  await expect(read()).rejects.toMatchObject({ id: "bmc.failed" });
  await expect.poll(() => powerOf(name), patient).toBe("unknown");
  const said = async () =>
    (await service.api.ask("timeline", { name, limit: 100 })).events
      .filter(({ kind }) => kind === "power.state")
      .map(({ says }) => says);
  await expect
    .poll(async () => (await said()).at(-1), patient)
    .toMatch(/^Whether m-back is on is not known: The BMC of m-back failed at /);
  delete board.trouble.answers;
  await read();

  expect(afterOne).toBe(before);
  await expect.poll(() => powerOf(name), patient).toBe(before);
});
