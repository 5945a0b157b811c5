import type { Clients } from "./clients.ts";
import type { Crowd } from "./core/crowd.ts";
import type { WayFinder } from "./core/strategy/way-finder.ts";
import type { Flaws } from "./flaws.ts";
import type { Hush } from "./hush.ts";
import type { Neighbours } from "./neighbours.ts";
import type { Prover } from "./prover.ts";

/** What the DHCP ports of one segment share. */
export type Parts = {
  readonly clients: Clients;
  readonly flaws: Flaws;
  readonly finder: WayFinder;
  readonly neighbours: Neighbours;
  readonly crowd: Crowd;
  readonly hush: Hush;
  readonly prover: Prover | undefined; // where no addresses are leased, or nothing can look
};
