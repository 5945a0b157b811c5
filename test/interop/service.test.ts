import { request } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import WebSocket from "ws";
import type { Agent } from "../../src/agent/agent.ts";
import { API, type Frame } from "../../src/api/table.ts";
import { readMac } from "../../src/base/mac.ts";
import { must } from "../../src/base/read.ts";
import { commandLine } from "../support/command-line.ts";
import { CANARY, MAC, openOneService } from "../support/one-service.ts";

let service: Awaited<ReturnType<typeof openOneService>>;
const startAgent = () => service.startAgent();
const attach = (agent: Agent) => service.attach(agent);

/** The suite shares its cores with real boots. */
const soon = <T>(look: () => T) => vi.waitFor(look, { timeout: 10_000 });
const attended = () =>
  soon(async () =>
    expect(await service.api.ask("showMachine", { name: "m1" })).toMatchObject({
      attended: true,
      power: "off",
    }),
  );
const timeline = async () => (await service.api.ask("timeline", { name: "m1", limit: 1000 })).events;

beforeEach(async () => {
  service = await openOneService();
});
afterEach(() => service.close());

test("a machine that comes with an agent is on record; arming with `now` boots it once from the network", async () => {
  const { agent, told } = startAgent();
  attach(agent);
  await attended();

  const machine = await service.api.ask("armPlan", { name: "m1", plan: "installer", now: true });

  expect(machine.plan).toMatchObject({ kind: "installer", image: "debian-12", state: "armed" });
  expect(told).toEqual(["boot pxe", "power on"]);
  expect(agent.machineOf(must(readMac(MAC)))?.plan?.state).toBe("armed");
  await soon(async () => {
    const kinds = (await timeline()).map(({ kind }) => kind);
    expect(kinds).toContain("plan.armed");
    expect(kinds.indexOf("boot-device.set")).toBeLessThan(kinds.indexOf("power.acted"));
  });
});

test("the last file, sent whole, uses the plan up once, in the store too", async () => {
  const { agent } = startAgent();
  attach(agent);
  await attended();
  await service.api.ask("armPlan", { name: "m1", plan: "installer" });
  await soon(() => expect(agent.machineOf(must(readMac(MAC)))?.plan?.state).toBe("armed"));

  agent.took(must(readMac(MAC)));
  agent.took(must(readMac(MAC)));

  await soon(async () => expect((await service.store.planOf("m1"))?.state).toBe("used"));
  agent.observe({ kind: "fault", at: Date.now(), machine: "m1", says: "what came after" });
  const told = async () => (await timeline()).map(({ kind }) => kind);
  await soon(async () => expect(await told()).toContain("fault"));
  expect((await told()).filter((kind) => kind === "plan.used").length).toBe(1);
});

test("by which way a machine got on survives service and agent, and is shown", async () => {
  const first = startAgent().agent;
  attach(first);
  await attended();
  first.ways.set(`${MAC} rom`, "bypass");
  const shown = async () => (await service.api.ask("showMachine", { name: "m1" })).ways;
  await soon(async () => expect(await shown()).toMatchObject([{ mac: MAC, asker: "rom", way: "bypass" }]));

  await first.stop();
  await service.restart();
  const second = startAgent().agent;
  attach(second);

  await soon(() => expect(second.ways.get(`${MAC} rom`)).toBe("bypass"));
  expect(await shown()).toMatchObject([{ asker: "rom", way: "bypass" }]);
});

test("events seen while the service is away come afterwards, in order, each once", async () => {
  const { agent } = startAgent();
  const first = attach(agent);
  await attended();
  const observe = (n: number) =>
    agent.observe({ kind: "dhcp.heard", at: n, mac: must(readMac(MAC)), says: `asks ${n}` });
  observe(1);
  first.service.close();
  observe(2);
  await service.restart(() => observe(3));

  attach(agent);
  observe(4);

  const heard = async () =>
    (await timeline()).filter(({ kind }) => kind === "dhcp.heard").map(({ says }) => says);
  await soon(async () => expect(await heard()).toEqual(["asks 1", "asks 2", "asks 3", "asks 4"]));
});

test("a timeline is searched, taken away as JSON lines, and each event found by its number for ever", async () => {
  const { agent } = startAgent();
  attach(agent);
  await attended();
  const rackhand = commandLine(() => service.url);
  await rackhand("power", "m1", "on");
  const says = { kind: "fault", at: Date.now(), machine: "m1", says: "the fan of m1 stands still" } as const;
  agent.observe(says);
  await soon(async () => expect((await timeline()).map(({ kind }) => kind)).toContain("fault"));

  const found = await rackhand("machine", "timeline", "m1", "--text", "FAN", "--kind", "fault", "--json");
  const acts = await rackhand("machine", "timeline", "m1", "--kind", "power.asked", "--since", "1h");
  const whole = await fetch(`${service.url}/api/machines/m1/timeline.jsonl`);

  const event = JSON.parse(found.out) as { id: number };
  expect(event).toMatchObject({ says: says.says });
  expect(acts.out).toContain("anna asked for power on of m1");
  expect(await rackhand("event", `${event.id}`)).toMatchObject({
    code: 0,
    out: expect.stringContaining(`/machines/m1?event=${event.id}`),
  });
  expect(await rackhand("event", "999999")).toMatchObject({ code: 2 });
  const ids = (await timeline()).map(({ id }) => id);
  const lines = (await whole.text()).trim().split("\n");
  expect(whole.headers.get("content-type")).toContain("application/x-ndjson");
  expect(lines.map((line) => JSON.parse(line).id).slice(0, ids.length)).toEqual(ids.slice(0, lines.length));
});

test("an unknown address is proposed with what its packets tell, forgotten until it asks anew, and accepted", async () => {
  const { agent } = startAgent();
  attach(agent);
  await attended();
  const rackhand = commandLine(() => service.url);
  const mac = must(readMac("0c:c4:7a:7c:28:40"));
  const detail = { firmware: "uefi-x64", machineId: "00564d1234aabbccddeeff001122334455" };
  const asks = () => agent.observe({ kind: "dhcp.heard", at: Date.now(), mac, says: `${mac} asks`, detail });
  const shown = async () =>
    JSON.parse((await rackhand("machine", "discover", "--json")).out) as Record<string, unknown>[];
  asks();
  asks();
  await soon(async () => expect(await shown()).toHaveLength(1));

  expect(await shown()).toMatchObject([
    { mac, firmware: "uefi-x64", segment: "rack", uuid: "564d1234-aabb-ccdd-eeff-001122334455" },
  ]);
  await soon(async () => {
    await rackhand("machine", "discover", "forget", mac);
    expect(await shown()).toEqual([]);
  });
  asks();
  await soon(async () => expect(await shown()).toHaveLength(1));
  expect(await rackhand("machine", "add", "web9", "--from", mac)).toMatchObject({ code: 0 });
  expect(await service.api.ask("showMachine", { name: "web9" })).toMatchObject({
    ...{ macs: [mac], firmware: "uefi", segment: "rack" },
  });
  expect(await shown()).toEqual([]);
  expect(await rackhand("machine", "add", "web8", "--from", mac)).toMatchObject({ code: 2 });
});

test("what a machine was doing is known again after a restart of the service", async () => {
  const { agent, says } = startAgent();
  attach(agent);
  await attended();
  says("\x1b[2J┤ [!!] Select a language ├");
  const state = async () => (await service.api.ask("showMachine", { name: "m1" })).state.word;
  await soon(async () => expect(await state()).toBe("installer"));

  await service.restart();

  expect(await state()).toBe("installer");
});

test("without its agent a machine is unattended, and acts say so", async () => {
  const { agent } = startAgent();
  const ends = attach(agent);
  await attended();

  ends.service.close();

  await soon(async () => expect((await service.api.ask("showMachine", { name: "m1" })).attended).toBe(false));
  await expect(service.api.ask("setPower", { name: "m1", act: "cycle" })).rejects.toMatchObject({
    id: "machine.no-agent",
  });
});

test("power on of a machine that is on does nothing twice", async () => {
  const { agent, told } = startAgent();
  attach(agent);
  await attended();

  await service.api.ask("setPower", { name: "m1", act: "on" });
  const again = await service.api.ask("setPower", { name: "m1", act: "on" });

  expect(again).toEqual({ power: "on" });
  expect(told).toEqual(["power on"]);
});

test("a person adds and removes a machine; the same MAC twice is refused with both names of the trouble", async () => {
  const machine = { name: "web1", mac: "0C:C4:7A:7C:28:40" };

  const added = await service.api.ask("addMachine", machine);
  const twice = service.api.ask("addMachine", { ...machine, name: "web2" });

  expect(added).toMatchObject({ macs: ["0c:c4:7a:7c:28:40"], serial: "ttyS1,115200n8", attended: false });
  await expect(twice).rejects.toMatchObject({ id: "machine.exists" });
  await service.api.ask("removeMachine", { name: "web1" });
  expect((await service.api.ask("listMachines", {})).machines).toEqual([]);
});

test("an address that nobody knows is discovered, until it is put on record", async () => {
  const { agent } = startAgent();
  attach(agent);
  await attended();
  const stranger = must(readMac("02:00:00:00:0c:02"));

  agent.observe({ kind: "dhcp.heard", at: Date.now(), mac: stranger, says: "asks for an address" });

  const seen = async () => (await service.api.ask("discover", {})).discovered.map(({ mac }) => mac);
  await soon(async () => expect(await seen()).toEqual([stranger]));
  await service.api.ask("addMachine", { name: "web1", mac: stranger });
  expect(await seen()).toEqual([]);
});

test("a machine that got its address and asked for nothing is told why, with the events that show it", async () => {
  const { agent } = startAgent();
  attach(agent);
  await attended();
  expect(await service.api.ask("why", { name: "m1" })).toEqual({ says: null, evidence: [] });

  const mac = must(readMac(MAC));
  agent.observe({
    kind: "dhcp.silent",
    at: 5,
    mac,
    says: "no answer",
    detail: { because: "the pool is empty" },
  });

  const why = () => service.api.ask("why", { name: "m1" });
  await soon(async () => expect((await why()).evidence.map(({ kind }) => kind)).toEqual(["dhcp.silent"]));
  await expect(service.api.ask("why", { name: "nosuch" })).rejects.toMatchObject({ id: "machine.unknown" });
});

test("who arms an image that failed its last check reads so on the timeline, before the machine boots", async () => {
  const { agent } = startAgent();
  attach(agent);
  await attended();
  const says = "Its kernel 6.1.0-47-amd64 has no udebs on the mirror.";
  service.images.push({
    ...{
      name: "debian-12",
      release: "12",
      kind: "installer",
      suite: "bookworm",
      arch: "amd64",
      build: "1",
      kernelRelease: "6.1.0",
      root: "/",
      loaders: null,
    },
    check: { at: 1, overall: "fail", findings: [{ id: "skew", is: "fail", says, remedy: "Pull it anew." }] },
  });

  await service.api.ask("armPlan", { name: "m1", plan: "installer" });

  await soon(async () => {
    const warned = (await timeline()).find(({ kind }) => kind === "image.checked");
    expect(warned).toMatchObject({
      says: `debian-12's last check: ${says}`,
      detail: { remedies: ["Pull it anew."] },
    });
  });
});

/** One viewer of the console over a real WebSocket. */
async function view(who: string) {
  const frames: Frame<"console">[] = [];
  const on = { frame: (frame: Frame<"console">) => frames.push(frame), closed: () => {} };
  const stream = await service.api.stream("console", { name: "m1", who }, on);
  await soon(() => expect(frames[0]?.is).toBe("screen"));
  const type = (text: string) => stream.send({ do: "type", data: Buffer.from(text).toString("base64") });
  const read = () =>
    frames
      .flatMap((one) => (one.is === "bytes" ? [Buffer.from(one.data, "base64").toString()] : []))
      .join("");
  return { frames, type, read, ...stream };
}

test("two viewers see one console; the second may take it over, and both are told", async () => {
  const { agent, says } = startAgent();
  attach(agent);
  await attended();
  await soon(async () =>
    expect((await service.api.ask("showMachine", { name: "m1" })).console.is).toBe("attached"),
  );
  const [ann, bob] = [await view("ann"), await view("bob")];

  says("hello\r\n");
  ann.type("from ann");
  await soon(() => expect(bob.read()).toBe("hello\r\nfrom ann"));
  bob.type("from bob");
  await soon(() =>
    expect(bob.frames.at(-1)).toMatchObject({ is: "refused", says: "ann has the keyboard of m1." }),
  );
  bob.send({ do: "take" });
  bob.type("now bob");

  await soon(() => expect(ann.read()).toBe("hello\r\nfrom annnow bob"));
  expect(ann.frames.filter(({ is }) => is === "writer").at(-1)).toMatchObject({
    writer: { who: "bob" },
    you: false,
  });
  expect((await service.api.ask("screen", { name: "m1" })).lines[0]).toBe("hello");
  bob.close();
  await soon(async () =>
    expect((await service.api.ask("showMachine", { name: "m1" })).console.writer).toBe(null),
  );
});

test("a viewer that sends what is no console message is hung up on, the others stay", async () => {
  const { agent, says } = startAgent();
  attach(agent);
  await attended();
  const ann = await view("ann");

  const socket = new WebSocket(`${service.url.replace("http", "ws")}/api/machines/m1/console`);
  await new Promise((resolve) => socket.on("open", resolve));
  socket.send("{not json");
  const code = await new Promise<number>((resolve) => socket.on("close", resolve));
  says("still here");

  expect(code).toBe(1008);
  await soon(() => expect(ann.read()).toContain("still here"));
});

test("a machine added, changed, seen: a watcher is told without asking", async () => {
  const { agent } = startAgent();
  const frames: Frame<"watch">[] = [];
  await service.api.stream("watch", {}, { frame: (frame) => frames.push(frame), closed: () => {} });
  await soon(() => expect(frames[0]).toEqual({ is: "machines", machines: [] }));

  attach(agent);

  await soon(() => {
    expect(frames.some((frame) => frame.is === "machine" && frame.machine.console.is === "attached")).toBe(
      true,
    );
    expect(frames.some((frame) => frame.is === "event" && frame.event.kind === "console.attached")).toBe(
      true,
    );
  });
});

/** A raw request: fetch would not let us lie about Host and Origin. */
function raw(
  path: string,
  { headers = {}, method = "GET", body = "" } = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(`${service.url}${path}`, { method, headers }, async (response) => {
      let text = "";
      for await (const piece of response) text += piece;
      resolve({ status: response.statusCode!, text });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
const asJson = { "content-type": "application/json" };

test.each([
  ["/api/machines/nosuch", {}, 404, "machine.unknown"],
  ["/api/nosuch", {}, 404, "use.wrong"],
  [
    "/api/machines",
    { method: "POST", headers: asJson, body: '{"name":"UPPER","mac":"x"}' },
    400,
    "use.wrong",
  ],
  ["/api/machines", { method: "POST", headers: asJson, body: "{" }, 400, "use.wrong"],
  [
    "/api/machines/m1/power",
    { method: "POST", headers: asJson, body: '{"act":"explode"}' },
    400,
    "use.wrong",
  ],
  ["/api/machines", { headers: { host: "evil.example" } }, 400, "use.wrong"],
  ["/api/machines", { headers: { origin: "http://evil.example" } }, 400, "use.wrong"],
  ["/api/machines/m1/timeline?limit=0", {}, 400, "use.wrong"],
])("%s %j is refused with %d and says why", async (path, options, status, id) => {
  const answer = await raw(path, options);

  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toMatchObject({
    id,
    says: expect.stringMatching(/\.$/),
    remedy: expect.any(String),
  });
});

test("the OpenAPI document has every row that is not a stream", async () => {
  const { paths } = JSON.parse((await raw("/openapi.json")).text);

  const rows = Object.entries(API).filter(([, { verb }]) => verb !== "STREAM");
  for (const [name, { path, verb }] of rows) {
    const route = paths[path.replace(/:(\w+)/g, "{$1}")]?.[verb === "LINES" ? "get" : verb.toLowerCase()];
    expect(route?.operationId, path).toBe(name);
  }
});

test("the BMC's password is in no answer and no event", async () => {
  const { agent } = startAgent();
  attach(agent);
  await attended();
  await service.api.ask("armPlan", { name: "m1", plan: "installer", now: true });

  const said = JSON.stringify([
    await service.api.ask("listMachines", {}),
    await service.api.ask("status", {}),
    await timeline(),
    await service.store.recentEvents({ limit: 1000 }),
  ]);

  expect(said).toContain("10.77.1.101");
  expect(said).not.toContain(CANARY);
});
