import { performance } from "node:perf_hooks"; // the global one is looked up anew each time
import { reason } from "../base/fault.ts";
import type { Ipv4 } from "../base/ipv4.ts";
import { ERRORS, readTftp, type TftpOptions, writeError, writeOptionsAck } from "./core/tftp/packet.ts";
import { earnsAnswer } from "./core/tftp/stranger.ts";
import type { Terms } from "./core/tftp/terms.ts";
import {
  atTheStart,
  begin,
  type Heard,
  type Say,
  silenceAt,
  step,
  type Transfer,
} from "./core/tftp/transfer.ts";
import { openSender } from "./transfer-sender.ts";
import type { Ended } from "./transfers.ts";
import { addressOf, closeFd, type Fixed, openInbox, openPort, sockaddr } from "./udp-calls.ts";

export type Start = {
  readonly id: number;
  readonly from: Ipv4;
  readonly to: { readonly address: Ipv4; readonly port: number };
  readonly bytes: Uint8Array; // shared memory
  readonly terms: Terms;
  readonly answer: TftpOptions;
};
export type Living = {
  readonly id: number;
  readonly fd: number;
  readonly to: Fixed; // sockaddr
  readonly at: number;
  readonly bytes: Uint8Array; // kept from the collector as long as its address is used
  readonly terms: Terms;
  readonly answer: TftpOptions;
  transfer: Transfer;
  moved: boolean;
  strangers: number;
};
export type Teller = {
  readonly moved: (id: number) => void; // the client has its first block
  readonly ended: (id: number, ended: Ended) => void;
};

/** Sockets around the step function, without a wait of their own. */
export function livingTransfers(tell: Teller) {
  const [inbox, sender] = [openInbox(), openSender()];
  const living = new Map<number, Living>(); // by socket
  const byId = new Map<number, Living>();
  let soonest = Infinity; // no transfer waits for less than that

  const finish = (one: Living, ended: Ended) => {
    closeFd(one.fd);
    living.delete(one.fd);
    byId.delete(one.id);
    tell.ended(one.id, ended);
  };
  const perform = (one: Living, say: Say | undefined) => {
    if (say?.say === "options") sender.packet(one.fd, one.to, writeOptionsAck(one.answer));
    if (say?.say === "data") sender.blocks(one, say.first, say.last);
  };
  const hear = (one: Living, heard: Heard, because?: string) => {
    const [transfer, say] = step(one.transfer, heard, one.terms, performance.now());
    one.transfer = transfer;
    soonest = Math.min(soonest, waitsUntil(transfer));
    perform(one, say);
    if (transfer.at === "done" || transfer.at === "dead")
      return finish(one, because ? { ...transfer, because } : transfer);
    if (one.moved || atTheStart(transfer)) return;
    one.moved = true;
    tell.moved(one.id);
  };
  const cease = (one: Living) => {
    const because = "the server stops";
    sender.packet(one.fd, one.to, writeError(ERRORS.other, because));
    finish(one, { at: "dead", why: "refused", resent: 0, because });
  };
  /** RFC 1350 4: a stranger's packet gets an error, and the transfer goes on. */
  const answerForeigner = (one: Living, bytes: Uint8Array) => {
    if (!earnsAnswer(bytes, inbox.port(), one.strangers)) return;
    one.strangers += 1;
    sender.packet(one.fd, inbox.sender, writeError(ERRORS.foreign, "not your transfer"));
  };

  return {
    bySocket: (fd: number): Living | undefined => living.get(fd),
    count: (): number => living.size,
    /** The socket to be watched, or nothing when there is none to be had. */
    start: ({ id, from, to, bytes, terms, answer }: Start): number | undefined => {
      try {
        const fd = openPort(from);
        const [transfer, say] = begin(terms, answer.size > 0, performance.now());
        const [name, at] = [sockaddr(to.address, to.port), addressOf(bytes)];
        const state = { transfer, moved: false, strangers: 0 };
        const one: Living = { id, fd, to: name, at, bytes, terms, answer, ...state };
        living.set(fd, one);
        byId.set(id, one);
        soonest = Math.min(soonest, waitsUntil(transfer));
        perform(one, say);
        return fd;
      } catch (error) {
        tell.ended(id, { at: "dead", why: "refused", resent: 0, because: reason(error) });
        return undefined;
      }
    },
    again: (id: number) => {
      const one = byId.get(id);
      if (one && atTheStart(one.transfer)) perform(one, begin(one.terms, one.answer.size > 0, 0)[1]);
    },
    cease: (id: number) => {
      const one = byId.get(id);
      if (one) cease(one); // else it ended meanwhile
    },
    ceaseAll: () => {
      for (const one of living.values()) cease(one);
    },
    /** Takes one packet; false when none is there. */
    receive: (one: Living): boolean => {
      const bytes = inbox.receive(one.fd);
      if (bytes === undefined) return false;
      if (!inbox.isFrom(one.to)) answerForeigner(one, bytes);
      else {
        const packet = readTftp(bytes);
        if (packet.ok && packet.value.is === "ack") hear(one, packet.value);
        if (packet.ok && packet.value.is === "error") hear(one, { is: "error" }, packet.value.message);
      }
      return true;
    },
    /** Tells silence to whom it concerns, and how many milliseconds are left until the next. */
    silences: (now: number): number => {
      if (now < soonest) return soonest - now;
      soonest = Infinity;
      for (const one of living.values()) {
        if (waitsUntil(one.transfer) <= now) hear(one, { is: "silence" });
        else soonest = Math.min(soonest, waitsUntil(one.transfer));
      }
      return Math.max(0, soonest - now);
    },
  };
}

const waitsUntil = (transfer: Transfer): number => ("pace" in transfer ? silenceAt(transfer) : Infinity);
