import { Fault } from "../../base/fault.ts";
import { broadcastOf, contains, ipv4Number, networkOf } from "../../base/ipv4.ts";
import type { ExportMachine, ExportWish, Pool, Server } from "./wish.ts";

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const INTERFACE = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/;
const PATH = /^(\/[A-Za-z0-9_+-][A-Za-z0-9_.+-]*)+$/;
const WORD = /^[A-Za-z0-9][A-Za-z0-9_.+~-]*$/;
/** In a dhcp-host= line dnsmasq takes these for a lease time or an order to ignore the machine. */
const NO_DNSMASQ_NAME = /^(\d+[smhdw]?|infinite|ignore)$/;

/**
 * Four servers, four ways to quote, each with holes of its own: so a word that would need quoting anywhere is
 * refused everywhere.
 */
export function requireWords(server: Server, { segment, treeRoot, machines }: ExportWish): void {
  if (!INTERFACE.test(segment.interface))
    throw refused(`${shown(segment.interface)} is no interface's name.`);
  if (!PATH.test(treeRoot))
    throw refused(`${shown(treeRoot)} is not a path that every server takes unquoted.`);
  for (const { name, tree } of machines) {
    if (!NAME.test(name))
      throw refused(`${shown(name)} cannot stand in a configuration as a machine's name.`);
    if (server === "dnsmasq" && NO_DNSMASQ_NAME.test(name))
      throw refused(`dnsmasq takes ${shown(name)} for a lease time or a word of its own, not for a name.`);
    if (tree !== undefined && !(WORD.test(tree.image) && WORD.test(tree.arch)))
      throw refused(`${shown(tree.image)} cannot stand in a path as an image's name.`);
  }
}

/** Every address lies where it can be used, and nothing is given away twice. */
export function requireAddresses(server: Server, { segment, bootServer, machines }: ExportWish): void {
  const { subnet, pool } = segment;
  const usable = (address: ExportWish["bootServer"]) =>
    contains(subnet, address) && address !== networkOf(subnet) && address !== broadcastOf(subnet);
  if (!usable(pool.from) || !usable(pool.to))
    throw refused(`The pool ${pool.from}-${pool.to} is not in ${networkOf(subnet)}/${subnet.prefix}.`);
  const servers = new Map([
    [subnet.address, "the DHCP server"],
    [bootServer, "the boot server"],
  ]);
  const ours = new Map(servers);
  for (const { name, address } of reserved(machines)) {
    if (!usable(address))
      throw refused(`${address} of ${name} is not in ${networkOf(subnet)}/${subnet.prefix}.`);
    const other = ours.get(address);
    if (other !== undefined) throw refused(`${address} of ${name} belongs to ${other}.`);
    ours.set(address, name);
  }
  // dhcpd may give an address of its pool to anybody, reserved or not; Kea and dnsmasq keep it
  const apart = [...(server === "isc-dhcp" ? ours : servers)];
  const inside = apart.find(([address]) => isIn(pool, address));
  if (inside !== undefined)
    throw refused(`${inside[0]} of ${inside[1]} lies in the pool: choose one outside.`);
}

const reserved = (machines: readonly ExportMachine[]) =>
  machines.flatMap(({ name, address }) => (address === undefined ? [] : [{ name, address }]));

const isIn = ({ from, to }: Pool, address: Pool["from"]): boolean =>
  ipv4Number(address) >= ipv4Number(from) && ipv4Number(address) <= ipv4Number(to);

export const refused = (what: string): Fault => new Fault("use.wrong", { what, verb: "export" });
const shown = (word: string): string => JSON.stringify(word);
