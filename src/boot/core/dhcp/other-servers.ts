import type { Ipv4 } from "../../../base/ipv4.ts";

/** What is wrong with the DHCP servers that answer on a segment. */
export type ServerFinding = {
  readonly id: "other-server" | "no-server" | "server-changed";
  readonly says: string;
  readonly remedy: string;
  readonly servers: readonly Ipv4[];
};

export type Looked = {
  readonly on: string; // the interface
  readonly mode: "dhcp" | "proxy";
  readonly expected: readonly Ipv4[]; // by the settings
  readonly first: Ipv4 | undefined; // proxy: who answered when it was looked first
  readonly heard: readonly Ipv4[];
};

const OFF =
  "Switch it off on this network, or add it to other-servers in the segment's settings if it is right.";

/** Beside our own leases nobody is right but who is expected; beside none of ours it is one, the same each time. */
export function judgeServers({ on, mode, expected, first, heard }: Looked): ServerFinding[] {
  const servers = heard.filter((server) => !expected.includes(server)).sort();
  if (mode === "dhcp" || expected.length > 0) {
    const silent = mode === "proxy" && heard.length === 0 ? [noServer(on)] : [];
    return [...servers.map((server) => other(server, on)), ...silent];
  }
  if (heard.length === 0) return [noServer(on)];
  if (servers.length > 1) {
    const says = `${servers.length} DHCP servers answer on ${on}: ${servers.join(", ")}. Machines follow either.`;
    return [{ id: "other-server", says, remedy: OFF, servers }];
  }
  if (first === undefined || heard.includes(first)) return [];
  const says = `The DHCP server ${servers[0]} answers on ${on}, where it was ${first} before.`;
  return [{ id: "server-changed", says, remedy: OFF, servers }];
}

const other = (server: Ipv4, on: string): ServerFinding => ({
  id: "other-server",
  says: `Another DHCP server, ${server}, answers on ${on}: machines follow either.`,
  remedy: OFF,
  servers: [server],
});

const noServer = (on: string): ServerFinding => ({
  id: "no-server",
  says: `No DHCP server answers on ${on}, and this segment leases no addresses itself.`,
  remedy: 'Start it, or let this segment lease addresses with mode = "dhcp".',
  servers: [],
});
