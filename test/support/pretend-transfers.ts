import { readTftp } from "../../src/boot/core/tftp/packet.ts";
import type { Terms } from "../../src/boot/core/tftp/terms.ts";
import {
  atTheStart,
  begin,
  type Heard,
  silenceAt,
  step,
  type Transfer,
} from "../../src/boot/core/tftp/transfer.ts";
import type { Ended, Transfers } from "../../src/boot/transfers.ts";
import type { End, Packet } from "./recording.ts";

type One = { readonly terms: Terms; readonly finish: (ended: Ended) => void; transfer: Transfer };

/** Transfers without sockets, in a time of one's own: what is said is not sent, what is heard is given. */
export function pretendTransfers(clock: { now: number }) {
  const latest = new Map<string, One>(); // by the client's address and port
  const key = ({ address, port }: End) => `${address} ${port}`;
  const hear = (one: One, heard: Heard, because?: string) => {
    [one.transfer] = step(one.transfer, heard, one.terms, clock.now);
    const { transfer } = one;
    if (transfer.at === "done" || transfer.at === "dead")
      one.finish(because ? { ...transfer, because } : transfer);
  };
  const transfers: Transfers = {
    start: async ({ to, terms, answer }) => {
      let finish: One["finish"] = () => {};
      const ended = new Promise<Ended>((resolve) => {
        finish = resolve;
      });
      const [transfer] = begin(terms, answer.size > 0, clock.now);
      const one: One = { terms, finish, transfer };
      latest.set(key(to), one);
      return { ended, askedAgain: () => atTheStart(one.transfer), stop: () => {} };
    },
    stop: async () => {},
  };
  return {
    transfers,
    hear: ({ from, bytes }: Packet) => {
      const [one, packet] = [latest.get(key(from)), readTftp(bytes)];
      if (one === undefined || !packet.ok) return;
      if (packet.value.is === "ack") hear(one, packet.value);
      if (packet.value.is === "error") hear(one, { is: "error" }, packet.value.message);
    },
    /** Whose silence is next, until then; the time is that of the silence. */
    silence: (until: number): boolean => {
      const waiting = [...latest.values()].flatMap((one) =>
        "pace" in one.transfer ? [{ one, at: silenceAt(one.transfer) }] : [],
      );
      const [next] = waiting.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) return false;
      clock.now = next.at;
      hear(next.one, { is: "silence" });
      return true;
    },
  };
}
