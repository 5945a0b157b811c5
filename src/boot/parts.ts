import type { Clients } from "./clients.ts";
import type { WayFinder } from "./core/strategy/way-finder.ts";
import type { Flaws } from "./flaws.ts";
import type { Neighbours } from "./neighbours.ts";

/** What the DHCP ports of one segment share. */
export type Parts = {
  readonly clients: Clients;
  readonly flaws: Flaws;
  readonly finder: WayFinder;
  readonly neighbours: Neighbours;
};
