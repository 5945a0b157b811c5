import type { Observed } from "../base/event.ts";
import type { Ipv4 } from "../base/ipv4.ts";
import type { Mac } from "../base/mac.ts";
import { size } from "../base/units.ts";
import type { Way } from "./mirror.ts";

/** What one machine loaded, told in one event once it is quiet: an install loads a thousand files. */
export type Tally = { readonly add: (way: Way, bytes: number) => void };
export type Tallies = { readonly of: (address: Ipv4) => Tally; readonly stop: () => Promise<void> };
type Sum = { files: number; bytes: number; here: number; timer: NodeJS.Timeout };
type Needs = {
  readonly observe: (event: Observed) => void;
  readonly now: () => number;
  readonly macAt: (address: Ipv4) => Mac | undefined | Promise<Mac | undefined>;
  readonly quietMs?: number;
};

const QUIET_MS = 20_000;

export function openTally({ observe, now, macAt, quietMs = QUIET_MS }: Needs): Tallies {
  const sums = new Map<Ipv4, Sum>();
  const tell = async (address: Ipv4) => {
    const sum = sums.get(address);
    if (sum === undefined) return;
    sums.delete(address);
    clearTimeout(sum.timer);
    const { files, bytes, here } = sum;
    const mac = await Promise.resolve(macAt(address)).catch(() => undefined);
    const some = files === 1 ? "a file" : `${files} files`;
    const from = here === files ? "all of it kept here" : `${here} of them kept here`;
    const says = `${address} loaded ${some} through the mirror, ${size(bytes)}, ${here === 0 ? "none kept here" : from}.`;
    const detail = { address, files, bytes, fromHere: here };
    observe({ kind: "mirror.served", at: now(), says, detail, ...(mac && { mac }) });
  };
  return {
    of: (address) => ({
      add: (way, bytes) => {
        const timer = setTimeout(() => void tell(address), quietMs);
        const sum = sums.get(address) ?? { files: 0, bytes: 0, here: 0, timer };
        clearTimeout(sum.timer === timer ? undefined : sum.timer);
        sums.set(address, {
          files: sum.files + 1,
          bytes: sum.bytes + bytes,
          here: sum.here + (way === "miss" ? 0 : 1),
          timer,
        });
      },
    }),
    stop: async () => {
      for (const address of [...sums.keys()]) await tell(address);
    },
  };
}
