import type { Mac } from "../../../base/mac.ts";
import type { Request } from "../dhcp/request.ts";
import { type Quirk, quirkFor } from "./quirks.ts";
import type { WayId } from "./ways.ts";

/** The way that one answer takes: the nth of a row's, and whether this machine got on by it before. */
export type Trial = {
  readonly quirk: string;
  readonly way: WayId;
  readonly nth: number; // from 1
  readonly of: number;
  readonly worked: boolean;
};

/** What worked, by machine and kind of asker. A Map is one. */
export type WorkedWays = {
  readonly get: (key: string) => WayId | undefined;
  readonly set: (key: string, way: WayId) => unknown;
};

export type WayFinder = {
  /** For a DISCOVER: the next way, when the last answer led to nothing. */
  readonly begin: (request: Request) => Trial | undefined;
  /** For what follows it: the way that its DISCOVER was answered by. */
  readonly goOn: (request: Request) => Trial | undefined;
  /** It asked for a file, so the way led somewhere. */
  readonly gotOn: (mac: Mac) => void;
  /** It asked as a netboot client not long ago. */
  readonly knows: (mac: Mac) => boolean;
};

type Attempt = {
  readonly key: string;
  readonly way: WayId;
  readonly at: number; // of our last answer
  readonly gotOn: boolean;
};

/**
 * A client that likes its answer asks for something within a second of the ACK. EDK2 collects offers for 4 s,
 * and asks again after 4, 8, 16 and 32 s, with the same xid, when it likes none.
 */
const PATIENCE_MS = 5_000;
const MOST_REMEMBERED = 4096;

export function wayFinder(wish: {
  readonly mode: "dhcp" | "proxy";
  readonly now: () => number;
  readonly worked: WorkedWays;
  readonly own?: readonly Quirk[];
}): WayFinder {
  const { mode, now, worked, own } = wish;
  const attempts = new Map<string, Attempt>(); // oldest touch first
  const latest = new Map<Mac, string>(); // the key of the machine's latest attempt
  const keep = (mac: Mac, attempt: Attempt) => {
    touch(attempts, attempt.key, attempt);
    touch(latest, mac, attempt.key);
  };

  const answer = (request: Request, isNew: boolean): Trial | undefined => {
    const quirk = quirkFor(request, own);
    if (quirk === undefined) return undefined;
    const { mac, asker } = request;
    const ways: readonly WayId[] = quirk.ways[mode];
    const key = `${mac} ${asker.is}`;
    const before = attempts.get(key);
    const known = before?.way ?? worked.get(key);
    const at = Math.max(0, known === undefined ? 0 : ways.indexOf(known));
    const failed = isNew && before?.gotOn === false && now() - before.at >= PATIENCE_MS;
    const nth = failed ? (at + 1) % ways.length : at;
    const way = ways[nth]!;
    keep(mac, { key, way, at: now(), gotOn: !isNew && (before?.gotOn ?? false) });
    return { quirk: quirk.id, way, nth: nth + 1, of: ways.length, worked: worked.get(key) === way };
  };

  return {
    begin: (request) => answer(request, true),
    goOn: (request) => answer(request, false),
    gotOn: (mac) => {
      const attempt = attempts.get(latest.get(mac) ?? "");
      if (attempt === undefined || attempt.gotOn) return;
      keep(mac, { ...attempt, gotOn: true });
      worked.set(attempt.key, attempt.way);
    },
    knows: (mac) => latest.has(mac),
  };
}

function touch<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MOST_REMEMBERED) map.delete(map.keys().next().value!);
}

/** In memory: gone with the process, bounded. */
export function workedWays(): WorkedWays {
  const ways = new Map<string, WayId>();
  return { get: (key) => ways.get(key), set: (key, way) => touch(ways, key, way) };
}
