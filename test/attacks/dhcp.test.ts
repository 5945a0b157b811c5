import { createSocket } from "node:dgram";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Mac, macBytes } from "../../src/base/mac.ts";
import { printable } from "../../src/base/text.ts";
import { writePacket } from "../../src/boot/core/dhcp/packet.ts";
import { MESSAGES } from "../../src/boot/core/dhcp/request.ts";
import { IPXE, ip, packetOf, ROM, UEFI } from "../support/dhcp-requests.ts";
import { openTarget, type Target } from "./boot-target.ts";
import { aDhcpDesk, type Desk, madeUp } from "./dhcp-desk.ts";

const MAC = "52:54:00:00:00:01" as Mac; // whose packets the support file makes
const [RESERVED, ON_RECORD, LEASED] = [
  "52:54:00:00:01:01",
  "52:54:00:00:01:02",
  "52:54:00:00:01:03",
] as Mac[] as [Mac, Mac, Mac];
const GOOD = writePacket(packetOf(UEFI));
const OPTIONS_FROM = 240;

/** The good packet with its options replaced. */
function withOptions(...options: readonly (number | readonly number[])[]): Uint8Array {
  const bytes = new Uint8Array(OPTIONS_FROM + 600);
  bytes.set(GOOD.subarray(0, OPTIONS_FROM));
  bytes.set(options.flat(), OPTIONS_FROM);
  return bytes;
}
const TYPE = [53, 1, MESSAGES.discover];
const changed = (at: number, ...bytes: number[]) => {
  const copy = Uint8Array.from(GOOD);
  copy.set(bytes, at);
  return copy;
};

/** Whatever came before, a good machine is served. */
async function isAlive(desk: Desk): Promise<void> {
  desk.clock.now += 60_000;
  expect((await desk.say(GOOD))?.message).toBe("OFFER");
}

test("A1: cut short at every byte", async () => {
  const desk = aDhcpDesk();

  for (let length = 0; length < GOOD.length; length += 1) await desk.say(GOOD.subarray(0, length));

  await isAlive(desk);
});

test("A2, A3: a length past the end, no magic, no end, nothing but padding: no answer", async () => {
  const desk = aDhcpDesk();
  const hostile = [
    withOptions(TYPE, [12, 255]).subarray(0, OPTIONS_FROM + 5),
    withOptions([53, 200]).subarray(0, OPTIONS_FROM + 10),
    changed(236, 0, 0, 0, 0),
    withOptions([]).subarray(0, OPTIONS_FROM),
    withOptions(TYPE).subarray(0, OPTIONS_FROM + 2),
    withOptions(Array(600).fill(0)),
  ];

  for (const bytes of hostile) expect(await desk.say(bytes)).toBeUndefined();

  await isAlive(desk);
});

test("A4: hardware lengths 0, 1, 16, 17, 255, another hardware type, a reply: no answer; 255 hops are no matter", async () => {
  const desk = aDhcpDesk();

  for (const length of [0, 1, 16, 17, 255]) expect(await desk.say(changed(2, length))).toBeUndefined();
  for (const type of [0, 6, 255]) expect(await desk.say(changed(1, type))).toBeUndefined();
  expect(await desk.say(changed(0, 2))).toBeUndefined();

  expect((await desk.say(changed(3, 255)))?.packet.hops).toBe(0);
});

test("A5: options 82, 43 and 175 whose inside runs past its end, or names itself again and again", async () => {
  const desk = aDhcpDesk();
  const insides = [[], [1], [1, 255], [5, 4, 1], Array(200).fill(0), Array(200).fill(82), [71, 255, 71, 255]];

  for (const code of [82, 43, 175])
    for (const inside of insides) {
      desk.clock.now += 60_000;
      const answer = await desk.say(withOptions(TYPE, [code, inside.length, ...inside], 255));
      expect(answer?.message).toBe("OFFER");
      if (code === 82 && inside.length > 0)
        expect([...(answer!.packet.options.known.relayAgent ?? [])]).toEqual(inside);
    }
});

test("A6: option 52 sends to file, to sname, to both, to itself, and to nonsense", async () => {
  const desk = aDhcpDesk();
  const [SNAME, FILE] = [44, 108];

  for (const value of [0, 1, 2, 3, 4, 255]) {
    const bytes = withOptions(TYPE, [52, 1, value], 255);
    bytes.set([12, 1, 0x61, 52, 1, 3, 255], FILE);
    bytes.set([12, 1, 0x62, 52, 1, 3, 255], SNAME);
    desk.clock.now += 60_000;
    expect((await desk.say(bytes))?.message).toBe("OFFER");
    bytes.fill(12, FILE, FILE + 128); // runs past its field
    await desk.say(bytes);
  }

  await isAlive(desk);
});

test("A7: options given twice and in parts are joined (RFC 3396), and a type given twice is none", async () => {
  const desk = aDhcpDesk();
  const [first, second] = [[..."PXECl"], [..."ient:Arch:00007"]].map((part) =>
    part.map((letter) => letter.charCodeAt(0)),
  ) as [number[], number[]];
  const parts = withOptions(
    TYPE,
    [60, first.length, ...first],
    [60, second.length, ...second],
    [93, 2, 0, 7],
    255,
  );

  const joined = await desk.say(parts);
  const twice = await desk.say(withOptions(TYPE, TYPE, 255));

  expect(joined?.packet.options.known.bootFile).toBeDefined();
  expect(twice).toBeUndefined();
});

test("A8: identifiers (61, 97) of no byte, one byte and 255 come back as they were or not at all", async () => {
  const desk = aDhcpDesk();

  for (const code of [61, 97])
    for (const length of [0, 1, 255]) {
      desk.clock.now += 60_000;
      const answer = await desk.say(withOptions(TYPE, [code, length, ...Array(length).fill(0x41)], 255));
      expect(answer?.message).toBe("OFFER");
      expect(answer!.bytes).toBeLessThanOrEqual(548);
    }
});

const HOST_NAMES = [
  ...[
    "",
    ".",
    "a..b",
    "---",
    "x".repeat(255),
    "a\0b",
    "a\nb",
    "é\u2028",
    "-rf",
    "$(id)",
    "'\"><script>",
    "$" + "{net0/mac}",
  ],
  "\x1b]0;owned\x07",
];
test("A9: host names of all kinds are printable where they are told, and in no answer", async () => {
  const desk = aDhcpDesk();

  for (const name of HOST_NAMES) {
    desk.clock.now += 60_000;
    const bytes = [...new TextEncoder().encode(name)].slice(0, 255);
    const answer = await desk.say(withOptions(TYPE, [12, bytes.length, ...bytes], 255));
    expect(answer?.packet.options.known.hostName).toBeUndefined();
  }

  const told = desk.events.map(({ says, detail }) => says + detail?.hostName).join("");
  expect([...told].filter((letter) => printable(letter) !== letter)).toEqual([]);
});

test("A10: an answer goes to no address that is many hosts', ours, or of another network", async () => {
  const desk = aDhcpDesk();
  const forged = [
    "10.0.0.1",
    "10.0.0.255",
    "10.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "127.0.0.1",
    "0.0.0.9",
  ];

  for (const address of forged) {
    expect(await desk.ask(UEFI, { giaddr: ip(address) })).toBeUndefined();
    expect(await desk.ask({ messageType: MESSAGES.inform }, { ciaddr: ip(address) })).toBeUndefined();
  }
  expect(await desk.ask(UEFI, { giaddr: ip("8.8.8.8") })).toBeUndefined();
  expect(await desk.ask({ messageType: MESSAGES.inform }, { ciaddr: ip("8.8.8.8") })).toBeUndefined();

  const unicast = await desk.ask(UEFI, { ciaddr: ip("10.0.0.9") });
  expect(unicast?.to).toBe("10.0.0.9:68");
  expect((await desk.ask(UEFI, { giaddr: ip("10.0.0.9") }))?.to).toBe("10.0.0.9:67");
});

test("A11: another's address is refused, one outside is silence; nobody gives back or refuses for another", async () => {
  const desk = aDhcpDesk();
  const mine = (await desk.boot(LEASED))!;
  const request = { messageType: MESSAGES.request };

  expect((await desk.ask({ ...request, requestedAddress: mine }))?.message).toBe("NAK");
  expect((await desk.ask({ ...request, requestedAddress: ip("192.168.7.7") }))?.message).toBe("NAK");
  expect(await desk.ask({ ...request, requestedAddress: ip("10.0.0.20") })).toBeUndefined();
  expect(await desk.ask({ messageType: MESSAGES.release }, { ciaddr: mine })).toBeUndefined();
  const decline = { messageType: MESSAGES.decline, requestedAddress: mine };
  expect(await desk.ask(decline)).toBeUndefined();

  expect(await desk.boot(LEASED)).toBe(mine);
  expect(desk.events.filter(({ says }) => says.includes("not its own: refused")).length).toBe(2);
});

test("A11: a storm of refusals does not eat the pool", async () => {
  const desk = aDhcpDesk({ pool: { from: ip("10.0.0.100"), to: ip("10.0.0.139") } });

  for (let i = 0; i < 400; i += 1) {
    desk.clock.now += 100;
    const address = await desk.boot(madeUp(i));
    if (address === undefined) continue;
    await desk.ask(
      { messageType: MESSAGES.decline, requestedAddress: address },
      { chaddr: macBytes(madeUp(i)) },
    );
  }

  expect(desk.leases.room()).toMatchObject({ size: 40, aside: 10 });
  desk.clock.now += 60_000;
  for (let i = 0; i < 20; i += 1) {
    desk.clock.now += 1000;
    expect(await desk.boot(madeUp(9000 + i))).toBeDefined();
  }
});

test("A12: whatever size a client says it takes, an answer has 576 to 1500 bytes with its headers", async () => {
  const desk = aDhcpDesk();

  for (const mostBytes of [0, 68, 300, 576, 1500, 65_535]) {
    const long = { clientId: new Uint8Array(200), machineId: new Uint8Array(200), mostBytes };
    const answer = await desk.ask({ ...ROM, ...long });
    expect(answer!.bytes).toBeLessThanOrEqual(Math.max(576, Math.min(1500, mostBytes)) - 28);
  }
});

test("A13: what only servers say is not answered", async () => {
  const desk = aDhcpDesk();

  for (const messageType of [MESSAGES.offer, MESSAGES.ack, MESSAGES.nak, 0, 9, 10, 13, 255])
    for (const op of [1, 2]) expect(await desk.ask({ messageType }, { op })).toBeUndefined();
});

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

const STORM = `
const { workerData: { port, bytes }, parentPort } = require("node:worker_threads");
const socket = require("node:dgram").createSocket("udp4");
let [sent, on] = [0, true];
parentPort.on("message", () => { on = false; });
const more = () => {
  if (!on) { parentPort.postMessage(sent); socket.close(); parentPort.close(); return; }
  for (let i = 0; i < 500; i += 1, sent += 1) {
    bytes.set([2, sent >> 24, sent >> 16, sent >> 8, sent, 7], 28);
    socket.send(Uint8Array.from(bytes), port, "127.0.0.1");
  }
  setTimeout(more, 10);
};
more();`;

test("A14: in a storm of 50,000 packets a second the rest of the service answers", async () => {
  const desk = aDhcpDesk();
  const socket = createSocket("udp4");
  let taken = 0;
  socket.on("message", (bytes, from) => {
    taken += 1;
    void desk.take(bytes, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const storm = new Worker(STORM, { eval: true, workerData: { port: socket.address().port, bytes: GOOD } });
  await expect.poll(() => taken, { timeout: 20_000 }).toBeGreaterThan(5000);

  for (let i = 0; i < 5; i += 1) {
    const before = taken;
    const answer = await fetch(`http://127.0.0.1:${target.http}/good`);
    expect((await answer.arrayBuffer()).byteLength).toBe(5000);
    await expect.poll(() => taken, { timeout: 20_000 }).toBeGreaterThan(before); // it goes on meanwhile
  }

  storm.postMessage("enough");
  await new Promise((resolve) => storm.once("exit", resolve));
  await new Promise<void>((resolve) => socket.close(() => resolve()));
});

const POOL = { from: ip("10.0.0.20"), to: ip("10.0.0.219") }; // 200
const reserved = new Map([[RESERVED, ip("10.0.0.7")]]);
/** 20,000 machines that nobody knows, and what each does; a few packets a millisecond, or one in some. */
async function flood(desk: Desk, does: (mac: Mac) => Promise<unknown>, perMs: number): Promise<void> {
  for (let i = 0; i < 20_000; i += 1) {
    if (perMs < 1 || i % perMs === 0) desk.clock.now += Math.max(1, 1 / perMs);
    await does(madeUp(i));
  }
}
const [FAST, SLOW] = [20, 0.2];

const HOSTILE = [
  { does: "only asks", act: "discover", leaves: 50 },
  { does: "takes what it is offered", act: "boot", leaves: 0 },
] as const;
for (const { does, act, leaves } of HOSTILE) {
  test(`starvation: 20,000 made-up machines, each ${does}; those that are known are served`, async () => {
    const desk = aDhcpDesk({ pool: POOL, ground: { reserved }, onRecord: [ON_RECORD] });
    const before = await desk.boot(LEASED);
    const cpu = process.cpuUsage();

    await flood(desk, desk[act], SLOW);

    const { user, system } = process.cpuUsage(cpu);
    expect((user + system) / 20_000).toBeLessThan(1000); // microseconds of processor for each
    expect(desk.leases.room().free).toBeLessThanOrEqual(leaves);
    expect(await desk.boot(RESERVED)).toBe(ip("10.0.0.7"));
    expect(await desk.boot(LEASED)).toBe(before);
    expect(await desk.boot(ON_RECORD)).toBeDefined();
    await desk.finish();
    expect(desk.events.length).toBeLessThan(3000);
    const counted = desk.events.filter(({ kind }) => kind === "dhcp.flood");
    expect(counted.length).toBe(1);
    expect(counted[0]!.detail!.packets).toBeGreaterThan(18_000);
  });
}

test("starvation: a fast flood of 20,000 does not take the last addresses", async () => {
  const desk = aDhcpDesk({ pool: POOL });

  await flood(desk, desk.boot, FAST);

  expect(desk.leases.room().free).toBeGreaterThan(0);
});

test("starvation: an offer that a stranger did not take is free again within half a minute", async () => {
  const desk = aDhcpDesk({ pool: POOL });
  await flood(desk, desk.discover, FAST);
  expect(desk.leases.room().free).toBeLessThan(50);

  desk.clock.now += 30_000;

  expect(desk.leases.room().free).toBe(200);
  expect(await desk.boot(MAC)).toBeDefined();
});

test("three hundred machines in ten seconds on a pool of a hundred: each address once, and a reason for the others", async () => {
  const desk = aDhcpDesk({ pool: { from: ip("10.0.0.100"), to: ip("10.0.0.199") } });
  const addresses: (string | undefined)[] = [];
  for (let i = 0; i < 300; i += 1) {
    desk.clock.now += 33;
    addresses.push(
      await desk.boot(
        `52:54:00:00:${i >> 8 ? "02" : "01"}:${(i & 255).toString(16).padStart(2, "0")}` as Mac,
      ),
    );
  }

  const given = addresses.filter((address) => address !== undefined);
  expect(given.length).toBe(100);
  expect(new Set(given).size).toBe(100);
  const silent = desk.events.filter(({ kind }) => kind === "dhcp.silent");
  expect(silent.length).toBe(200);
  for (const { says } of silent)
    expect(says).toMatch(/no address is left in the pool|few addresses are left/);
});

test("one card that floods is passed over, and the others are not", async () => {
  const desk = aDhcpDesk();
  let answered = 0;
  const ask = async () => {
    if ((await desk.discover(MAC)) !== undefined) answered += 1;
  };

  await flood(desk, ask, FAST);

  expect(answered).toBeLessThan(200);
  expect(await desk.boot(LEASED)).toBeDefined();
  await desk.finish();
  expect(desk.events.length).toBeLessThan(500);
});

test("a flood behind one switch port takes the last addresses slowly, so that other ports get theirs", async () => {
  const desk = aDhcpDesk({ pool: POOL });
  const behind = (port: number) => ({ ...IPXE, relayAgent: Uint8Array.of(1, 1, port) });
  const giaddr = ip("10.0.0.9");
  await flood(desk, (mac) => desk.ask(behind(1), { giaddr, chaddr: macBytes(mac) }), FAST);
  const left = desk.leases.room().free;

  const other = await desk.ask(behind(2), { giaddr, chaddr: macBytes("52:54:00:00:09:09" as Mac) });

  expect(left).toBeGreaterThan(0);
  expect(other?.message).toBe("OFFER");
});
