import type { Ipv6 } from "../../../base/ipv6.ts";
import { toLoad } from "../dhcp/to-load.ts";
import type { Ia, LentAddress, Status } from "./codecs.ts";
import { INTEL } from "./codecs.ts";
import type { Facts6 } from "./facts.ts";
import type { Options6 } from "./options.ts";
import type { Request6 } from "./request.ts";

/**
 * What to load, and by which name servers. A PXE ROM gets no class back: EDK2 would ask port 4011 for the
 * file then, as with IPv4; HTTP Boot takes no URL without it.
 */
export function bootOptions(request: Request6, facts: Facts6): Options6 {
  const { nameServers } = facts.service;
  const bootFileUrl = bootUrl(request, facts);
  return {
    ...(nameServers?.length ? { nameServers } : {}),
    ...(bootFileUrl ? { bootFileUrl } : {}),
    ...(request.asker.is === "http"
      ? { vendorClasses: [{ enterprise: INTEL, classes: ["HTTPClient"] }] }
      : {}),
  };
}

/** RFC 5970 3.1; shim takes nothing but `tftp://[` and a literal, and looks for GRUB beside itself there. */
function bootUrl({ asker }: Request6, { service, loader }: Facts6): string | undefined {
  const load = toLoad(asker, loader);
  return load && `${load.by}://[${service.subnet.address}]/${load.path}`;
}

/** The address for as long as leases hold, and none of the others that the client thought to have. */
export function lent({ iaid, addresses }: Ia, address: Ipv6, seconds: number): Ia {
  const given = { address, preferredSeconds: seconds, validSeconds: seconds };
  const over = addresses
    .filter((old) => old.address !== address)
    .map((old): LentAddress => ({ address: old.address, preferredSeconds: 0, validSeconds: 0 }));
  // RFC 8415 21.4: half and four fifths of the preferred lifetime
  const [renewSeconds, rebindSeconds] = [Math.floor(seconds / 2), Math.floor((seconds * 4) / 5)];
  return { iaid, renewSeconds, rebindSeconds, addresses: [given, ...over] };
}

export const notLent = ({ iaid }: Ia, status: Status): Ia => {
  return { iaid, renewSeconds: 0, rebindSeconds: 0, addresses: [], status };
};
