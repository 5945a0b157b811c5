import type { Ipv4 } from "../../base/ipv4.ts";

/** apt-cacher-ng's: what people know, and have in preseeds and apt.conf already. */
export const MIRROR_PORT = 3142;

/** How machines of a segment name the mirror that answers on our address there. */
export function mirrorUrls(address: Ipv4, port = MIRROR_PORT): { proxy: string; debian: string } {
  const proxy = `http://${address}:${port}/`;
  return { proxy, debian: `${proxy}debian` };
}
