import type { Address } from "../../../base/address.ts";
import type { Ipv4 } from "../../../base/ipv4.ts";
import { readPacket } from "./packet.ts";

/** What is wrong with the DHCP servers that answer on a segment. */
export type ServerFinding = {
  readonly id: "other-server" | "no-server" | "server-changed";
  readonly says: string;
  readonly remedy: string;
  readonly servers: readonly Address[];
};

export type Looked = {
  readonly on: string; // the interface
  readonly of: "DHCP" | "DHCPv6";
  readonly leases: boolean; // we do
  readonly expected: readonly Address[]; // by the settings
  readonly first: Address | undefined; // where others lease: who answered when it was looked first
  readonly heard: readonly Address[];
};

const OFF =
  "Switch it off on this network, or add it to other-servers in the segment's settings if it is right.";

/** The server that offers an address to whoever asked with this xid. */
export function serverOffering(xid: number, bytes: Uint8Array): Ipv4 | undefined {
  const offer = readPacket(bytes);
  return offer.ok && offer.value.xid === xid ? offer.value.options.known.serverId : undefined;
}

/** Beside our own leases nobody is right but who is expected; beside none of ours it is one, the same each time. */
export function judgeServers({ on, of, leases, expected, first, heard }: Looked): ServerFinding[] {
  const servers = heard.filter((server) => !expected.includes(server)).sort();
  // by IPv6 hosts may make their own addresses
  const silent = !leases && of === "DHCP" && heard.length === 0 ? [noServer(on)] : [];
  if (leases || expected.length > 0)
    return [...servers.map((server) => other(server, { of, on })), ...silent];
  if (servers.length > 1) {
    const says = `${servers.length} ${of} servers answer on ${on}: ${servers.join(", ")}. Machines follow either.`;
    return [{ id: "other-server", says, remedy: OFF, servers }];
  }
  if (heard.length === 0 || first === undefined || heard.includes(first)) return silent;
  const says = `The ${of} server ${servers[0]} answers on ${on}, where it was ${first} before.`;
  return [{ id: "server-changed", says, remedy: OFF, servers }];
}

const other = (server: Address, { of, on }: Pick<Looked, "of" | "on">): ServerFinding => ({
  id: "other-server",
  says: `Another ${of} server, ${server}, answers on ${on}: machines follow either.`,
  remedy: OFF,
  servers: [server],
});

const noServer = (on: string): ServerFinding => ({
  id: "no-server",
  says: `No DHCP server answers on ${on}, and this segment leases no addresses itself.`,
  remedy: 'Start it, or let this segment lease addresses with mode = "dhcp".',
  servers: [],
});
