import { expect, test } from "vitest";
import type { Observed } from "../../src/base/event.ts";
import { answerBootServer } from "../../src/boot/boot-server.ts";
import { knownClients } from "../../src/boot/clients.ts";
import { crowdOn } from "../../src/boot/core/crowd.ts";
import { writePacket } from "../../src/boot/core/dhcp/packet.ts";
import { MESSAGES } from "../../src/boot/core/dhcp/request.ts";
import { wayFinder, workedWays } from "../../src/boot/core/strategy/way-finder.ts";
import { flawEvents } from "../../src/boot/flaws.ts";
import { hushOn } from "../../src/boot/hush.ts";
import { neighboursOn } from "../../src/boot/neighbours.ts";
import type { BootWorld } from "../../src/boot/world.ts";
import { ip, PROXY, packetOf, UEFI } from "../support/dhcp-requests.ts";

/** What takes the packets of port 4011, over no socket. */
function aBootServer() {
  const [events, sent]: [Observed[], { to: string; bytes: number }[]] = [[], []];
  const now = () => 1_000_000;
  const world: BootWorld = {
    ...{ segment: PROXY, machineOf: () => undefined, now },
    fileFor: () => ({ is: "missing", because: "" }),
    observe: (event) => events.push(event),
  };
  const crowd = crowdOn(now);
  const neighbours = neighboursOn("s0", now);
  const parts = {
    ...{ clients: knownClients({ macAt: neighbours.macAt }), flaws: flawEvents(world), neighbours },
    finder: wayFinder({ mode: "proxy", now, worked: workedWays() }),
    ...{ crowd, hush: hushOn(world, crowd), prover: undefined },
  };
  const take = answerBootServer(world, parts, (bytes, { address, port }) => {
    sent.push({ to: `${address}:${port}`, bytes: bytes.length });
  });
  const ask = (from: { address: string; port: number }, fields: Parameters<typeof packetOf>[1] = {}) => {
    sent.length = 0;
    const packet = packetOf(
      { ...UEFI, messageType: MESSAGES.request },
      { ciaddr: ip("10.0.0.50"), ...fields },
    );
    take(writePacket(packet), from);
    return sent.map(({ to }) => to);
  };
  return { ask, events, sent, neighbours };
}

test("forged on port 4011: no answer goes to many, to ourselves, or to a port that answers whatever it hears", () => {
  const { ask, events } = aBootServer();

  for (const address of ["10.0.0.1", "10.0.0.255", "255.255.255.255", "224.0.0.1", "127.0.0.1", "0.0.0.9"])
    expect(ask({ address, port: 4011 })).toEqual([]);
  for (const port of [0, 7, 13, 17, 19, 53, 67, 69, 123, 161])
    expect(ask({ address: "10.0.0.50", port })).toEqual([]);
  expect(events.filter(({ kind }) => kind === "dhcp.silent").length).toBe(16);
  expect(ask({ address: "10.0.0.50", port: 4011 })).toEqual(["10.0.0.50:4011"]);
});

test("forged on port 4011: what a server says is no request, and one request earns one answer", () => {
  const { ask, sent } = aBootServer();

  expect(ask({ address: "10.0.0.50", port: 4011 }, { op: 2 })).toEqual([]);
  for (let i = 0; i < 40; i += 1) expect(ask({ address: "10.0.0.50", port: 4011 }).length).toBe(1);
  expect(sent[0]!.bytes).toBeLessThanOrEqual(1472);
});

test("forged on port 4011: who names another's address is not taken for its owner", async () => {
  const { ask, neighbours } = aBootServer();

  ask({ address: "10.0.0.66", port: 4011 }, { ciaddr: ip("10.0.0.50") });

  expect(await neighbours.macAt(ip("10.0.0.50"))).toBeUndefined();
});
