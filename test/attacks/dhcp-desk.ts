import type { Observed } from "../../src/base/event.ts";
import type { Ipv4 } from "../../src/base/ipv4.ts";
import { type Mac, macBytes } from "../../src/base/mac.ts";
import { must } from "../../src/base/read.ts";
import { knownClients } from "../../src/boot/clients.ts";
import { crowdOn } from "../../src/boot/core/crowd.ts";
import type { Options } from "../../src/boot/core/dhcp/options.ts";
import { type Packet, readPacket, writePacket } from "../../src/boot/core/dhcp/packet.ts";
import { MESSAGES, messageName } from "../../src/boot/core/dhcp/request.ts";
import { type LeaseGround, memoryLeases } from "../../src/boot/core/leases.ts";
import type { Pool } from "../../src/boot/core/segment.ts";
import { wayFinder, workedWays } from "../../src/boot/core/strategy/way-finder.ts";
import { answerDhcp } from "../../src/boot/dhcp-server.ts";
import { flawEvents } from "../../src/boot/flaws.ts";
import { hushOn } from "../../src/boot/hush.ts";
import { neighboursOn } from "../../src/boot/neighbours.ts";
import type { Prover } from "../../src/boot/prover.ts";
import type { BootWorld } from "../../src/boot/world.ts";
import { ip, packetOf, SEGMENT } from "../support/dhcp-requests.ts";

export type Answer = {
  readonly packet: Packet;
  readonly message: string;
  readonly to: string;
  readonly bytes: number;
};
type Wish = {
  readonly pool?: Pool;
  readonly ground?: LeaseGround;
  readonly onRecord?: readonly Mac[];
  readonly prover?: Prover;
};

/** Nobody is ever there. */
export const SILENT_WIRE: Prover = { ask: async () => ({ is: "nobody" }), stop: async () => {} };

/** What takes the packets of port 67, over no socket, by a clock of the test's own. */
export function aDhcpDesk({
  pool = SEGMENT.pool,
  ground = {},
  onRecord = [],
  prover = SILENT_WIRE,
}: Wish = {}) {
  const clock = { now: 1_000_000 };
  const now = () => clock.now;
  const events: Observed[] = [];
  const answers: Answer[] = [];
  const leases = memoryLeases(pool, now, ground);
  const world: BootWorld = {
    segment: { ...SEGMENT, pool },
    leases,
    machineOf: (mac) =>
      onRecord.includes(mac) ? { name: `known-${mac.slice(-2)}`, loader: "auto" } : undefined,
    fileFor: () => ({ is: "missing", because: "" }),
    observe: (event) => events.push(event),
    now,
  };
  const crowd = crowdOn(now);
  const hush = hushOn(world, crowd);
  const parts = {
    clients: knownClients(leases),
    flaws: flawEvents(world),
    finder: wayFinder({ mode: "dhcp", now, worked: workedWays() }),
    neighbours: neighboursOn("s0", now),
    ...{ crowd, hush, prover },
  };
  const take = answerDhcp({
    ...{ world, parts, leasesOf: () => leases },
    send: (bytes, to) => {
      const packet = must(readPacket(bytes));
      const message = messageName(packet.options.known.messageType ?? 0);
      answers.push({ packet, message, to: `${to.address}:${to.port}`, bytes: bytes.length });
    },
  });
  /** Sends one packet; what came back for it. */
  const say = async (bytes: Uint8Array): Promise<Answer | undefined> => {
    answers.length = 0;
    await take(bytes, "10.0.0.50");
    return answers.at(-1);
  };
  const ask = (known: Options, fields: Partial<Packet> = {}) => say(writePacket(packetOf(known, fields)));
  const from = (mac: Mac) => ({ chaddr: macBytes(mac) });
  return {
    ...{ clock, events, leases, take, say, ask },
    finish: hush.stop,
    discover: (mac: Mac) => ask({}, from(mac)),
    /** All four packets; the address, when there was one. */
    boot: async (mac: Mac): Promise<Ipv4 | undefined> => {
      const offer = await ask({}, from(mac));
      if (offer === undefined) return undefined;
      const chosen = { requestedAddress: offer.packet.yiaddr, serverId: ip("10.0.0.1") };
      const ack = await ask({ messageType: MESSAGES.request, ...chosen }, from(mac));
      return ack?.message === "ACK" ? ack.packet.yiaddr : undefined;
    },
  };
}

export type Desk = ReturnType<typeof aDhcpDesk>;

/** Made up, of many makes: locally administered, as tools do. */
export const madeUp = (n: number): Mac =>
  `${[2, n >> 16, n >> 8, n, n >> 4, 7].map((byte) => (byte & 255).toString(16).padStart(2, "0")).join(":")}` as Mac;
