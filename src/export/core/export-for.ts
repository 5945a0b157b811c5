import { dnsmasq } from "./dnsmasq.ts";
import { iscDhcp } from "./isc-dhcp.ts";
import { kea } from "./kea.ts";
import { tftpdHpa } from "./tftpd-hpa.ts";
import { treeFor } from "./tree.ts";
import type { Exported, ExportedText, ExportWish, Server } from "./wish.ts";
import { requireAddresses, requireWords } from "./words.ts";

const SERVERS: Readonly<
  Record<Server, { readonly write: (wish: ExportWish) => ExportedText; readonly servesFiles: boolean }>
> = {
  "isc-dhcp": { write: iscDhcp, servesFiles: false },
  kea: { write: kea, servesFiles: false },
  dnsmasq: { write: dnsmasq, servesFiles: true },
  "tftpd-hpa": { write: tftpdHpa, servesFiles: true },
};

/** Whether a server's export is more than one file. */
export const servesFiles = (server: Server): boolean => SERVERS[server].servesFiles;

/** Machines, reservations and boot plans as another server takes them; throws `use.wrong` for what fits no grammar. */
export function exportFor(server: Server, wish: ExportWish): Exported {
  const machines = [...wish.machines].sort((a, b) => (a.name < b.name ? -1 : 1));
  const sorted = { ...wish, machines };
  requireWords(server, sorted);
  requireAddresses(server, sorted);
  const own = SERVERS[server].write(sorted);
  if (!servesFiles(server)) return { texts: [own], links: [], copies: [] };
  const tree = treeFor(server, machines);
  return { ...tree, texts: [own, ...tree.texts] };
}
