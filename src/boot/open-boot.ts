import { knownClients } from "./clients.ts";
import { openDhcp } from "./dhcp-server.ts";
import { flawEvents } from "./flaws.ts";
import { openHttp } from "./http-boot.ts";
import { openSolicitations } from "./solicitations.ts";
import { openTftp } from "./tftp-server.ts";
import type { BootWorld } from "./world.ts";

export type Boot = { readonly stop: () => Promise<void> };

/**
 * Opens everything that answers on one segment, or nothing: what was open when one part failed is closed
 * again.
 */
export async function openBoot(world: BootWorld): Promise<Boot> {
  const clients = knownClients(world.leases);
  const flaws = flawEvents(world);
  const open: Boot[] = [];
  const stop = async () => {
    for (const part of open.splice(0).reverse()) await part.stop();
  };
  try {
    open.push(await openHttp(world, clients));
    open.push(await openTftp(world, clients, flaws));
    open.push(await openSolicitations(world));
    open.push(await openDhcp(world, clients, flaws)); // last: nobody is sent to a door that is not open yet
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}
