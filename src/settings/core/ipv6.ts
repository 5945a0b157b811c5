import { ipv6Number, type Pool6, readPool6 } from "../../base/ipv6.ts";
import { flaw, type Read } from "../../base/read.ts";

/** A spoofed client takes an address for a minute, so what a pool may hold is bounded. */
const MOST_IN_POOL = 65_536n;

export function readBoundedPool6(text: string): Read<Pool6> {
  const read = readPool6(text);
  const isLarge = read.ok && ipv6Number(read.value.to) - ipv6Number(read.value.from) >= MOST_IN_POOL;
  return isLarge ? flaw(`"${text}" holds more than ${MOST_IN_POOL} addresses`) : read;
}

type Given = {
  readonly ipv6: "off" | "boot" | "lease";
  readonly pool6?: Pool6 | undefined;
  readonly relayed: readonly { readonly subnet6?: unknown; readonly pool6?: Pool6 | undefined }[];
  readonly reservation6: readonly Reserved[];
};
type Reserved = {
  readonly mac?: string | undefined;
  readonly duid?: string | undefined;
  readonly address: string;
};
type Wrong = { readonly path: PropertyKey[]; readonly message: string };

/** Pools are for leasing alone, and a subnet behind a relay has one where the segment has. */
export function wrongWithIpv6({ ipv6, pool6, relayed, reservation6 }: Given): Wrong[] {
  const leases = ipv6 === "lease";
  const idle = 'only ipv6 = "lease" leases IPv6 addresses';
  return [
    ...(leases && pool6 === undefined ? [{ path: ["ipv6"], message: '"lease" wants a pool6' }] : []),
    ...(!leases && pool6 !== undefined ? [{ path: ["pool6"], message: idle }] : []),
    ...relayed.flatMap((far, i): Wrong[] => {
      const path = ["relayed", i];
      if (!leases && far.pool6 !== undefined) return [{ path: [...path, "pool6"], message: idle }];
      if (far.pool6 !== undefined && far.subnet6 === undefined)
        return [{ path: [...path, "pool6"], message: "a pool6 wants a subnet6" }];
      const lacks = leases && far.subnet6 !== undefined && far.pool6 === undefined;
      return lacks ? [{ path: [...path, "subnet6"], message: "a subnet6 wants a pool6 here" }] : [];
    }),
    ...(!leases && reservation6.length > 0 ? [{ path: ["reservation6"], message: idle }] : []),
    ...reservation6.flatMap((one, i) => wrongReservation(one, i, reservation6)),
  ];
}

function wrongReservation(one: Reserved, i: number, all: readonly Reserved[]): Wrong[] {
  const path = ["reservation6", i];
  if ((one.mac === undefined) === (one.duid === undefined))
    return [{ path, message: "either a mac or a duid, not both" }];
  const same = (other: Reserved) =>
    other.address === one.address || (other.mac ?? other.duid) === (one.mac ?? one.duid);
  const twin = all.findIndex(same);
  return twin < i ? [{ path, message: `the same machine or address as reservation6 ${twin + 1}` }] : [];
}
