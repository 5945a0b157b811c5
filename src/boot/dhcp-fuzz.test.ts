import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { HTTP, IPXE, ip, PROXY, packetOf, SEGMENT, UEFI } from "../../test/support/dhcp-requests.ts";
import { costOf, type Dice, diceFrom, spoiled } from "../../test/support/dice.ts";
import type { Observed } from "../base/event.ts";
import { must } from "../base/read.ts";
import { fromHex } from "../base/text.ts";
import { answerBootServer } from "./boot-server.ts";
import type { Send } from "./carry-out.ts";
import { knownClients } from "./clients.ts";
import { crowdOn } from "./core/crowd.ts";
import { readPacket, writePacket } from "./core/dhcp/packet.ts";
import { MESSAGES } from "./core/dhcp/request.ts";
import { diagnose } from "./core/diagnosis/diagnose.ts";
import { memoryLeases } from "./core/leases.ts";
import { wayFinder, workedWays } from "./core/strategy/way-finder.ts";
import { answerDhcp } from "./dhcp-server.ts";
import { flawEvents } from "./flaws.ts";
import { hushOn } from "./hush.ts";
import { neighboursOn } from "./neighbours.ts";
import type { BootWorld } from "./world.ts";

const [PACKETS, STRETCH] = [50_000, 1_000];
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

const relayAgent = Uint8Array.of(1, 2, 0, 7, 5, 4, 10, 0, 0, 0, 11, 4, 10, 0, 0, 9);
const item = Uint8Array.of(71, 4, 0, 0, 0, 0, 255);
const request = { messageType: MESSAGES.request };
const SEEDLINGS = [
  ...readdirSync("captures/dhcp")
    .filter((name) => name.endsWith(".hex"))
    .map((name) => fromHex(readFileSync(`captures/dhcp/${name}`, "utf8").split("\n\n")[1]!)),
  writePacket(packetOf({ ...UEFI, relayAgent }, { giaddr: ip("10.0.0.9") })),
  writePacket(packetOf({ ...UEFI, ...request, vendorOptions: item }, { ciaddr: ip("10.0.0.50") })),
  writePacket(packetOf({ ...UEFI, ...request, relayAgent }, { ciaddr: ip("10.0.0.50") })),
  writePacket(packetOf({ ...IPXE, ...request }, { ciaddr: ip("10.0.0.100") })),
  writePacket(packetOf({ ...HTTP, subnetSelection: ip("10.0.0.0") })),
];
const [OPTIONS_FROM, RELAY_AT] = [240, 24];

function mutated(dice: Dice): Uint8Array {
  const bytes = Uint8Array.from(SEEDLINGS[dice(SEEDLINGS.length)]!);
  if (dice(4) === 0) bytes.set([10, 0, 0, dice(256)], RELAY_AT);
  return spoiled(bytes, OPTIONS_FROM, dice);
}

/** Why a client gets silence; a thrown error would be one more, told in its own words. */
const REASONS =
  /^(no address is left|few addresses|it (gives|says|refuses|asks|wants|is no)|addresses are|boot servers|\S+(,| is not (in the pool|known here)))/;

/** The real takers of ports 67 and 4011 over no socket. */
function aDesk(proxy: boolean) {
  const events: Observed[] = [];
  const sent: Uint8Array[] = [];
  const surprises: unknown[] = [];
  const observe = (event: Observed) => {
    events.push(event);
    const because = event.kind === "dhcp.silent" ? event.detail?.because : undefined;
    if (because !== undefined && !REASONS.test(String(because))) surprises.push(because);
    if (events.length > 200) events.shift();
  };
  const rest = {
    machineOf: () => undefined,
    fileFor: () => ({ is: "missing", because: "" }) as const,
    observe,
  };
  let time = 0;
  const now = () => time;
  const leases = memoryLeases({ from: ip("10.0.0.2"), to: ip("10.0.0.254") }, now);
  const world: BootWorld = proxy
    ? { segment: PROXY, ...rest, now }
    : { segment: SEGMENT, leases, ...rest, now };
  const crowd = crowdOn(now);
  const parts = {
    clients: knownClients(leases),
    flaws: flawEvents(world),
    finder: wayFinder({ mode: proxy ? "proxy" : "dhcp", now, worked: workedWays() }),
    neighbours: neighboursOn("s0", now),
    ...{ crowd, hush: hushOn(world, crowd), prover: undefined },
  };
  const send: Send = (bytes) => void sent.push(bytes);
  const dhcp = answerDhcp({ world, parts, leasesOf: () => leases, send });
  const bootServer = answerBootServer(world, parts, send);
  const pass = (ms: number) => {
    time += ms;
  };
  return { events, surprises, sent, dhcp, bootServer, pass };
}

const FROM = { address: "10.0.0.50", port: 4011 };
/** It needs no lease, so a pool full of strangers does not matter to it. */
const INFORM = writePacket(packetOf({ ...UEFI, messageType: MESSAGES.inform }, { ciaddr: ip("10.0.0.50") }));

const MOST_MS = 50; // of processor time: how long the one thread may do nothing else

for (const proxy of [false, true]) {
  test(`${PACKETS / 2} mutated packets ${proxy ? "beside another server" : "alone"} do no harm; seed ${seed}`, {
    timeout: 120_000,
  }, async () => {
    const dice = diceFrom(seed + Number(proxy));
    const { events, surprises, sent, dhcp, bootServer, pass } = aDesk(proxy);
    const hear = async (bytes: Uint8Array, toBootServer: boolean) => {
      pass(200); // slow enough for each to be looked at
      if (toBootServer) bootServer(bytes, FROM);
      else await dhcp(bytes, FROM.address);
    };
    let [most, slowest] = [0, 0];
    for (let count = 0; count < PACKETS / 2; count += 1) {
      const before = sent.length;
      const bytes = mutated(dice);
      const toBootServer = dice(4) === 0;
      const cost = await costOf(() => hear(bytes, toBootServer));
      const again = cost < MOST_MS ? cost : await costOf(() => hear(bytes, toBootServer)); // else a collection of garbage
      slowest = Math.max(slowest, Math.min(cost, again));
      most = Math.max(most, cost < MOST_MS ? sent.length - before : 1);
      if (count % STRETCH !== STRETCH - 1) continue;
      for (const answer of sent.splice(0)) must(readPacket(answer));
      await hear(INFORM, false);
      await hear(INFORM, true);
      expect(sent.splice(0).length).toBe(2);
      diagnose(events);
      expect(JSON.stringify(events).length).toBeGreaterThan(0);
    }

    expect(surprises).toEqual([]);
    expect(most).toBe(1);
    expect(slowest).toBeLessThan(MOST_MS);
  });
}
