import type { Mac } from "../base/mac.ts";
import type { Crowd } from "./core/crowd.ts";
import { type Note, noteOf } from "./note.ts";
import type { BootWorld } from "./world.ts";

const COUNTED_FOR_MS = 60_000;

/** Tells of each packet, and of a flood only how many there were. */
export type Hush = {
  readonly noteFor: (mac: Mac | undefined, address?: string) => Note;
  /** One packet that was not even looked at. */
  readonly count: (mac: Mac) => void;
  readonly stop: () => Promise<void>;
};

export function hushOn(world: BootWorld, crowd: Crowd): Hush {
  let [packets, silences, since] = [0, 0, 0];
  let last: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    clearTimeout(timer);
    timer = undefined;
    if (packets === 0) return;
    const { name } = world.segment;
    const detail = { segment: name, packets, unanswered: silences, since, mac: last };
    const says =
      `${packets} more DHCP packets came on ${name} than are told one by one; ${silences} of them got no ` +
      `answer. The last was of ${last}.`;
    world.observe({ kind: "dhcp.flood", at: world.now(), says, detail });
    [packets, silences] = [0, 0];
  };
  const counted = (who: string | undefined) => {
    if (packets === 0) since = world.now();
    packets += 1;
    last = who;
    timer ??= setTimeout(tell, COUNTED_FOR_MS).unref();
  };
  const onlyCounted: Note = (kind) => {
    if (kind === "dhcp.silent") silences += 1;
  };
  return {
    noteFor: (mac, address) => {
      const onRecord = mac !== undefined && world.machineOf(mac) !== undefined;
      if (crowd.tells(onRecord ? mac : undefined))
        return noteOf(world, { ...(mac ? { mac } : {}), ...(address ? { address } : {}) });
      counted(mac ?? address);
      return onlyCounted;
    },
    count: (mac) => {
      counted(mac);
      silences += 1;
    },
    stop: async () => tell(),
  };
}
