import type { Mac } from "../../base/mac.ts";
import { portOf } from "./dhcp/network.ts";
import type { Request } from "./dhcp/request.ts";
import type { Room } from "./leases.ts";
import { type Pace, paceKeeper } from "./pace.ts";

/** A card that sends more than this is broken, or hostile. */
const PER_MAC: Pace = { burst: 64, perSecond: 32 };
/** While few addresses are left: what new machines behind one switch port, or of one make, get at once. */
const PER_PORT: Pace = { burst: 32, perSecond: 4 };
const PER_MAKE: Pace = { burst: 16, perSecond: 2 };
/** What a timeline takes: some boots at once, and no flood. */
const TOLD_OF_A_MACHINE: Pace = { burst: 400, perSecond: 1 };
const TOLD_OF_STRANGERS: Pace = { burst: 1000, perSecond: 1 };
const SCARCE = 4; // fewer than one in so many addresses is free

/** Holds back floods: what a crowd of made-up machines may take of processor, addresses and timeline. */
export type Crowd = {
  /** Whether one more packet of it is looked at. */
  readonly hears: (mac: Mac) => boolean;
  /** Whether a stranger may have an address that it never had. */
  readonly admits: (request: Request, room: Room) => boolean;
  /** Whether what comes of a packet is told, or only counted: of a machine on record, or of strangers. */
  readonly tells: (onRecord: Mac | undefined) => boolean;
};

export function crowdOn(now: () => number): Crowd {
  const heard = paceKeeper(PER_MAC, now);
  const ofPort = paceKeeper(PER_PORT, now);
  const ofMake = paceKeeper(PER_MAKE, now);
  const ofMachine = paceKeeper(TOLD_OF_A_MACHINE, now);
  const ofStrangers = paceKeeper(TOLD_OF_STRANGERS, now);
  return {
    hears: heard,
    admits: ({ packet, mac }, { size, free }) =>
      free * SCARCE > size || (ofPort(portOf(packet)) && ofMake(mac.slice(0, "00:00:00".length))),
    tells: (onRecord) => (onRecord === undefined ? ofStrangers("all") : ofMachine(onRecord)),
  };
}
