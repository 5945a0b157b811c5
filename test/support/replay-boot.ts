import { once } from "node:events";
import { connect } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import type { Observed } from "../../src/base/event.ts";
import { BROADCAST4, type Ipv4, readIpv4 } from "../../src/base/ipv4.ts";
import { readIpv6 } from "../../src/base/ipv6.ts";
import { type Mac, readMac } from "../../src/base/mac.ts";
import { must } from "../../src/base/read.ts";
import { answerBootServer } from "../../src/boot/boot-server.ts";
import type { Clients } from "../../src/boot/clients.ts";
import { readArp } from "../../src/boot/core/dhcp/arp.ts";
import { judgeServers, serverOffering } from "../../src/boot/core/dhcp/other-servers.ts";
import { readPacket } from "../../src/boot/core/dhcp/packet.ts";
import { duidOf } from "../../src/boot/core/dhcp6/duid.ts";
import { memoryLeases } from "../../src/boot/core/leases.ts";
import type { ProxySegment, Segment } from "../../src/boot/core/segment.ts";
import { largestBlock } from "../../src/boot/core/tftp/terms.ts";
import { answerDhcp } from "../../src/boot/dhcp-server.ts";
import { answerDhcp6 } from "../../src/boot/dhcp6-server.ts";
import { openHttp } from "../../src/boot/http-boot.ts";
import { groundOf } from "../../src/boot/open-boot.ts";
import { overheard } from "../../src/boot/overhear.ts";
import type { Parts } from "../../src/boot/parts.ts";
import type { Prover } from "../../src/boot/prover.ts";
import { answerTftp } from "../../src/boot/tftp-server.ts";
import type { BootWorld, ProxyWorld } from "../../src/boot/world.ts";
import { ownQuirks } from "../../src/main/own-quirks.ts";
import { settingsOf, tomlOf } from "../../src/settings/read-settings.ts";
import { pretendTransfers } from "./pretend-transfers.ts";
import { type Packet, PLACE, type Recording } from "./recording.ts";

const ours = must(readIpv4(PLACE.ours));
const [mac, cardMac] = [PLACE.mac, PLACE.cardMac].map((text) => must(readMac(text))) as [Mac, Mac];
const HERE = "127.0.0.1" as Ipv4;

/** What the boot service observes of the machine when it hears a recording again, in the recording's own time. */
export async function replayed(recording: Recording) {
  const clock = { now: 0 };
  const events: Observed[] = [];
  const { world, parts, leasesOf, ground6 } = groundIn(recording, clock, events);
  const pretend = pretendTransfers(clock);
  const hear = doorsOf({ world, parts, leasesOf, ground6 }, pretend);
  const passUntil = async (at: number) => {
    while (pretend.silence(at)) await turn();
    clock.now = at;
  };
  for (const packet of recording.packets.filter(isForUs)) {
    await passUntil(packet.at);
    await hear(packet);
    await turn(); // whoever waits for a transfer's end is told
  }
  await passUntil(recording.untilMs);
  await turn();
  return { events: events.filter(({ machine }) => machine === PLACE.machine), others: othersIn(recording) };
}

type Ground = ReturnType<typeof groundIn>;

function groundIn(recording: Recording, clock: { now: number }, events: Observed[]) {
  const { loader, files } = recording;
  const [now, segment] = [() => clock.now, segmentIn(recording)];
  const machine = { name: PLACE.machine, loader };
  const given: Omit<ProxyWorld, "segment"> = {
    machineOf: (who) => (who === mac ? machine : undefined),
    fileFor: (_, path) => {
      const bytes = files.get(path);
      if (bytes === undefined) return { is: "missing", because: "there is no such file" };
      return { is: "bytes", bytes: new Uint8Array(bytes) };
    },
    observe: (event) => events.push(event),
    now,
  };
  const { world, leasesOf, ground6, shared } = groundOf(
    segment.mode === "proxy"
      ? { ...given, segment }
      : { ...given, segment, leases: memoryLeases(segment.pool, now, { except: [ours] }) },
  );
  const parts: Parts = { ...shared, prover: segment.mode === "proxy" ? undefined : proverIn(recording) };
  return { world, parts, leasesOf, ground6 };
}

function segmentIn({ settings }: Recording): Segment | ProxySegment {
  const text = ["[[segment]]", 'name = "local"', `interface = "${PLACE.card}"`, ...settings].join("\n");
  const wrong = (flaws: readonly string[]) => new Error(flaws.join("\n"));
  const { segment, quirk } = settingsOf(tomlOf(text, wrong), text, wrong);
  const { mode, pool, relayed, ipv6, pool6, lease } = segment[0]!;
  const leaseSeconds = lease / 1000;
  const subnet6 = { address: must(readIpv6(PLACE.ours6)), prefix: PLACE.prefix6 };
  const wire = {
    ...{ name: "local", interface: PLACE.card, subnet: { address: ours, prefix: PLACE.prefix } },
    ...{ quirks: ownQuirks(quirk, mode), answerSolicitations: false },
    ...(ipv6 === "off"
      ? {}
      : { ipv6: { mode: ipv6, subnet: subnet6, leaseSeconds, ...(pool6 && { pool: pool6 }) } }),
  };
  return mode === "proxy" ? { ...wire, mode } : { ...wire, pool: pool!, relayed, leaseSeconds };
}

/** Somebody has an address when anybody was heard to speak of it as their own. */
function proverIn({ packets }: Recording): Prover {
  const arps = packets.filter(({ by }) => by === "arp").map(({ bytes }) => must(readArp(bytes)));
  const owners = new Map(arps.map((arp) => [arp.address, arp.mac]));
  const ask: Prover["ask"] = async (address) => {
    const its = owners.get(address);
    return its === undefined ? { is: "nobody" } : { is: "somebody", mac: its };
  };
  return { ask, stop: async () => {} };
}

const isForUs = ({ by, to: { address } }: Packet): boolean =>
  by !== "arp" &&
  ([PLACE.ours, BROADCAST4, PLACE.ours6] as string[]).includes(address.replace(ALL_AGENTS, PLACE.ours6));
const ALL_AGENTS = /^ff0[25]::1:[23]$/;

/** The service's own takers behind each port, over no socket; HTTP's alone is over one. */
function doorsOf({ world, parts, leasesOf, ground6 }: Ground, pretend: ReturnType<typeof pretendTransfers>) {
  const { clients, flaws } = parts;
  const [send, service] = [() => {}, world.segment.ipv6];
  const dhcp = answerDhcp({ world, parts, leasesOf, send });
  const dhcp6 = service && answerDhcp6({ world, service, ...parts, ...ground6, duid: duidOf(cardMac), send });
  const bootServer = answerBootServer(world, parts, send);
  const files = { world, clients, flaws, transfers: pretend.transfers, at: ours, port: 69, send };
  const tftp = answerTftp({ ...files, mostBlockBytes: largestBlock(PLACE.mtuBytes) });
  return async (packet: Packet): Promise<void> => {
    const { to, from, bytes } = packet;
    switch (to.port) {
      case 67:
        return dhcp(bytes, from.address);
      case 68:
        return to.address === BROADCAST4 ? overheard(world, parts, bytes) : undefined;
      case 69:
        return tftp.take(bytes, from);
      case 80:
        return askHttp(world, { ...clients, at: () => clients.at(from.address) }, bytes);
      case 547:
        return dhcp6?.(bytes, `${from.address}%${PLACE.card}`);
      case 4011:
        return bootServer(bytes, from);
      default:
        return pretend.hear(packet);
    }
  };
}

async function askHttp(world: BootWorld, clients: Clients, bytes: Uint8Array): Promise<void> {
  const http = await openHttp(world, clients, 0, HERE);
  const socket = connect(http.port, HERE).resume();
  socket.end(bytes);
  await once(socket, "close");
  await http.stop();
}

/** What the service's own search for DHCP servers finds in it. */
function othersIn(recording: Recording): string[] {
  const packets = recording.packets.filter(({ by }) => by === "udp");
  const probes = packets.filter(({ from, to }) => from.address === PLACE.ours && to.port === 67);
  const xids = probes.map(({ bytes }) => must(readPacket(bytes)).xid);
  const offers = packets.filter(({ to }) => to.port === 68);
  const heard = offers.flatMap(({ bytes }) => xids.flatMap((xid) => serverOffering(xid, bytes) ?? []));
  const leases = segmentIn(recording).mode !== "proxy";
  const looked = { on: PLACE.card, of: "DHCP", leases, expected: [], first: undefined } as const;
  const findings = judgeServers({ ...looked, heard: [...new Set(heard)] });
  return findings.flatMap(({ id, servers }) => (id === "other-server" ? servers : []));
}
