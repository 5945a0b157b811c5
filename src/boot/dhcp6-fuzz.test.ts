import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SEGMENT } from "../../test/support/dhcp-requests.ts";
import {
  BOOT6,
  datagramOf,
  HOST6,
  HTTP6,
  holding,
  ip6,
  LEASE6,
  LINK_LOCAL,
  OURS6,
  UEFI6,
} from "../../test/support/dhcp6-requests.ts";
import { costOf, type Dice, diceFrom, spoiled } from "../../test/support/dice.ts";
import { join } from "../base/bytes.ts";
import type { Observed } from "../base/event.ts";
import { ipv6Bytes } from "../base/ipv6.ts";
import { must } from "../base/read.ts";
import { fromHex } from "../base/text.ts";
import { knownClients } from "./clients.ts";
import { crowdOn } from "./core/crowd.ts";
import { type MessageName, messageName6, readDatagram6, writeReply6 } from "./core/dhcp6/message.ts";
import { type Options6, writeOptions6 } from "./core/dhcp6/options.ts";
import { readTlvs } from "./core/dhcp6/tlv.ts";
import { diagnose } from "./core/diagnosis/diagnose.ts";
import { memoryLeases } from "./core/leases.ts";
import { memoryLeases6 } from "./core/leases6.ts";
import { answerDhcp6 } from "./dhcp6-server.ts";
import { flawEvents } from "./flaws.ts";
import { hushOn } from "./hush.ts";
import type { BootWorld } from "./world.ts";

const [PACKETS, STRETCH] = [50_000, 1_000];
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const MOST_MS = 50; // of processor time: how long the one thread may do nothing else

function written(name: MessageName, known: Options6): Uint8Array {
  const { type, xid } = datagramOf(name, known).message;
  return writeReply6({ type, xid, options: known }, []);
}
const named = { ...UEFI6, serverId: OURS6 };
const SEEDLINGS = [
  ...readdirSync("captures/dhcp6")
    .filter((name) => name.endsWith(".hex"))
    .map((name) => fromHex(readFileSync(`captures/dhcp6/${name}`, "utf8").split("\n\n")[1]!)),
  written("solicit", { ...HTTP6, rapidCommit: true, userClass: ["iPXE"] }),
  written("request", { ...named, ias: [holding(ip6("2001:db8::100"))] }),
  written("renew", { ...named, ias: [holding(ip6("2001:db8::101"))] }),
  written("rebind", { ...HOST6, ias: [holding(ip6("2001:db8::101"))] }),
  written("confirm", { ...HOST6, ias: [holding(ip6("2001:db8::101"))] }),
  written("decline", { ...named, ias: [holding(ip6("2001:db8::100"))] }),
  written("release", { ...named, ias: [holding(ip6("2001:db8::100"))] }),
];

/** What a relay makes of it: RFC 8415 19.1. */
function forwarded(relayMessage: Uint8Array, dice: Dice): Uint8Array {
  const link = ipv6Bytes(ip6(["::", "2001:db8::9", "2001:db8:1::9", "2001:db8:7::9", "fe80::9"][dice(5)]!));
  const linkLayerAddress = Uint8Array.of(0, 1, 0x52, 0x54, 0, 0, 0, dice(256));
  const options = writeOptions6({ relayMessage, interfaceId: Uint8Array.of(dice(256)), linkLayerAddress });
  return join([Uint8Array.of(12, dice(3)), link, ipv6Bytes(LINK_LOCAL), options]);
}

function mutated(dice: Dice): Uint8Array {
  const plain = Uint8Array.from(SEEDLINGS[dice(SEEDLINGS.length)]!);
  if (dice(3) > 0) return spoiled(plain, 4, dice);
  let bytes = dice(2) === 0 ? plain : spoiled(plain, 4, dice); // whole in a spoilt wrapping, and the reverse
  for (let depth = dice(10); depth >= 0; depth -= 1) bytes = forwarded(bytes, dice);
  return dice(3) === 0 ? bytes : spoiled(bytes, 34, dice);
}

/** The message in what is sent, whatever relays it goes through. */
function innermost(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 13) return bytes;
  const [, inner] = must(readTlvs(bytes.subarray(34))).find(([code]) => code === 9)!;
  return innermost(inner);
}

/** Why a client gets silence; a thrown error would be one more, told in its own words. */
const REASONS = /^(no address is to be had|it (asks|is no)|what it asks|\S+, where it asks from)/;

/** The real taker of port 547 over no socket. */
function aDesk(mode: "boot" | "lease") {
  const service = mode === "boot" ? BOOT6 : LEASE6;
  const events: Observed[] = [];
  const surprises: unknown[] = [];
  const sent: Uint8Array[] = [];
  let time = 0;
  const now = () => time;
  const observe = (event: Observed) => {
    events.push(event);
    const because = event.kind === "dhcp.silent" ? event.detail?.because : undefined;
    if (because !== undefined && !REASONS.test(String(because))) surprises.push(because);
    if (events.length > 200) events.shift();
  };
  const pool = SEGMENT.pool;
  const rest = { machineOf: () => undefined, fileFor: () => ({ is: "missing", because: "" }) as const };
  const world: BootWorld = { segment: SEGMENT, leases: memoryLeases(pool, now), ...rest, observe, now };
  const crowd = crowdOn(now);
  const leases = memoryLeases6({ from: ip6("2001:db8::100"), to: ip6("2001:db8::1ff") }, now);
  const take = answerDhcp6({
    ...{ world, service, crowd, duid: OURS6, leasesOf: () => leases },
    ...{ clients: knownClients(world.leases!), flaws: flawEvents(world), hush: hushOn(world, crowd) },
    neighbourAt: async () => undefined,
    send: (bytes) => void sent.push(bytes),
  });
  const hear = async (bytes: Uint8Array) => {
    time += 200; // slow enough for each to be looked at
    await take(bytes, `${LINK_LOCAL}%s0`);
  };
  return { events, surprises, sent, hear };
}

/** It needs no lease, so a pool full of strangers does not matter to it. */
const ASKING = written("information-request", { ...UEFI6, ias: [] });

for (const mode of ["boot", "lease"] as const) {
  test(`${PACKETS / 2} mutated DHCPv6 packets do no harm in mode ${mode}; seed ${seed}`, async () => {
    const dice = diceFrom(seed + Number(mode === "boot"));
    const { events, surprises, sent, hear } = aDesk(mode);
    let [most, slowest, answers] = [0, 0, 0];
    for (let count = 0; count < PACKETS / 2; count += 1) {
      const before = sent.length;
      const bytes = mutated(dice);
      const cost = await costOf(() => hear(bytes));
      most = Math.max(most, sent.length - before);
      const again = cost < MOST_MS ? cost : await costOf(() => hear(bytes)); // else a collection of garbage
      slowest = Math.max(slowest, Math.min(cost, again));
      if (count % STRETCH !== STRETCH - 1) continue;
      answers += sent.length;
      for (const answer of sent.splice(0))
        expect(messageName6(must(readDatagram6(innermost(answer))).message.type)).toMatch(
          /^(advertise|reply)$/,
        );
      await hear(ASKING);
      expect(sent.splice(0).length).toBe(1);
      diagnose(events);
      expect(JSON.stringify(events).length).toBeGreaterThan(0);
    }

    expect(surprises).toEqual([]);
    expect(most).toBe(1);
    expect(answers).toBeGreaterThan(PACKETS / 20);
    expect(slowest).toBeLessThan(MOST_MS);
  }, 60_000);
}
