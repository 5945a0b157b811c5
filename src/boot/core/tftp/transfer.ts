import type { Terms } from "./terms.ts";

/** How long to wait for the client, learnt from it. `fresh` says that nothing was repeated since `sentAt`. */
type Pace = {
  readonly smoothMs: number | undefined;
  readonly waitMs: number;
  readonly sentAt: number;
  readonly fresh: boolean;
  readonly progressAt: number;
  readonly unheard: boolean; // not a word yet
  readonly heardAt: number; // anything at all, be it a repeated ACK: the client is alive
};
type Counted = { readonly resent: number; readonly pace: Pace };

/**
 * One outgoing transfer. It owns no socket, no file and no timer: it says, it does not do. Blocks never wrap
 * here.
 */
export type Transfer =
  | ({ readonly at: "offered" } & Counted) // options acknowledged, waiting for ACK 0
  | ({
      readonly at: "sending";
      readonly acked: number;
      readonly sent: number;
      readonly hurried: boolean;
    } & Counted)
  | { readonly at: "done"; readonly confirmed: boolean; readonly resent: number }
  | { readonly at: "dead"; readonly why: Death; readonly resent: number };
/** `probe`: the client wanted the size only, and said so by an error right after the options. */
export type Death = "probe" | "refused" | "silence";

export type Heard =
  | { readonly is: "ack"; readonly block: number }
  | { readonly is: "error" }
  | { readonly is: "silence" };
export type Say =
  | { readonly say: "options" }
  | { readonly say: "data"; readonly first: number; readonly last: number };

const LEAST_WAIT_MS = 20;
const MOST_WAIT_MS = 2_000;
const GIVE_UP_MS = 120_000; // without progress
const VANISHED_MS = 28_000; // without a word, be it a repeated ACK
// without a first word: it may be that somebody else's address was written on the request
const UNHEARD_MS = 4_000;
// all is sent and nothing heard: the last ACK is often lost, and a client that has all is gone
const FAREWELL_MS = 15_000;

export const lastBlock = ({ bytes, blockBytes }: Terms): number => Math.floor(bytes / blockBytes) + 1;

/** The client has shown no block yet: when it asks again, it is for the same transfer. */
export const atTheStart = (transfer: Transfer): boolean =>
  transfer.at === "offered" || (transfer.at === "sending" && transfer.acked === 0);

/** When silence is to be reported, in the time that `step` was given. */
export const silenceAt = ({ pace }: Transfer & { pace: Pace }): number => pace.sentAt + pace.waitMs;

export function begin(terms: Terms, optionsAnswered: boolean, now: number): [Transfer, Say] {
  const pace: Pace = {
    smoothMs: undefined,
    waitMs: terms.firstWaitMs,
    sentAt: now,
    fresh: true,
    progressAt: now,
    unheard: true,
    heardAt: now,
  };
  if (optionsAnswered) return [{ at: "offered", resent: 0, pace }, { say: "options" }];
  return sendAfter(0, terms, 0, pace);
}

export function step(transfer: Transfer, heard: Heard, terms: Terms, now: number): [Transfer, Say?] {
  if (transfer.at === "done" || transfer.at === "dead") return [transfer];
  switch (heard.is) {
    case "error":
      return [{ at: "dead", why: transfer.at === "offered" ? "probe" : "refused", resent: transfer.resent }];
    case "silence":
      return onSilence(transfer, terms, now);
    case "ack":
      return transfer.at === "offered"
        ? onFirstAck(transfer, heard.block, terms, now)
        : onAck(transfer, heard.block, terms, now);
  }
}

type Sending = Transfer & { at: "sending" };

function onFirstAck(
  transfer: Transfer & { at: "offered" },
  block: number,
  terms: Terms,
  now: number,
): [Transfer, Say?] {
  if (block !== 0) return [transfer];
  return sendAfter(0, terms, transfer.resent, progressed(transfer.pace, now));
}

function onAck(transfer: Sending, number: number, terms: Terms, now: number): [Transfer, Say?] {
  const { acked, sent, resent, pace } = transfer;
  const block = acked + ((number - acked) & 0xffff); // 16 bits on the wire, counted on from what is known
  if (block > sent) return [transfer]; // stale or forged
  if (block === lastBlock(terms)) return [{ at: "done", confirmed: true, resent }];
  if (block > acked) {
    const [next, say] = sendAfter(block, terms, resent + (sent - block), progressed(pace, now));
    return [next, say]; // inside the window it is a rewind: RFC 7440 4
  }
  return onRepeatedAck(transfer, terms, now);
}

/**
 * A repeated ACK earns nothing in lock-step, or every block would be sent twice for ever (RFC 1123 4.2.3.1).
 * With a window it says that the next block is missing: the first one that can be about the last sending is
 * believed.
 */
function onRepeatedAck(transfer: Sending, terms: Terms, now: number): [Transfer, Say?] {
  const { hurried } = transfer;
  const pace = { ...transfer.pace, heardAt: now };
  const tooSoon = pace.smoothMs === undefined || now - pace.sentAt < pace.smoothMs / 2;
  if (terms.window === 1 || hurried || tooSoon) return [{ ...transfer, pace }];
  return repeat({ ...transfer, hurried: true }, { ...pace, sentAt: now, fresh: false });
}

function onSilence(transfer: Transfer & Counted, terms: Terms, now: number): [Transfer, Say?] {
  const { pace, resent } = transfer;
  const allSent = transfer.at === "sending" && transfer.sent === lastBlock(terms);
  if (allSent && !pace.unheard && now - pace.heardAt >= FAREWELL_MS)
    return [{ at: "done", confirmed: false, resent }];
  const patience = pace.unheard ? UNHEARD_MS : VANISHED_MS;
  if (now - pace.heardAt >= patience || now - pace.progressAt >= GIVE_UP_MS)
    return [{ at: "dead", why: "silence", resent }];
  const waitMs = Math.min(MOST_WAIT_MS, pace.waitMs * 2);
  const slower: Pace = { ...pace, waitMs: Math.max(waitMs, pace.waitMs), sentAt: now, fresh: false };
  if (transfer.at === "offered")
    return [{ ...transfer, resent: resent + 1, pace: slower }, { say: "options" }];
  return transfer.at === "sending" ? repeat(transfer, slower) : [transfer];
}

function repeat(transfer: Sending, pace: Pace): [Transfer, Say] {
  const { acked, sent, resent } = transfer;
  return [
    { ...transfer, resent: resent + (sent - acked), pace },
    { say: "data", first: acked + 1, last: sent },
  ];
}

function sendAfter(acked: number, terms: Terms, resent: number, pace: Pace): [Transfer, Say] {
  const sent = Math.min(acked + terms.window, lastBlock(terms));
  return [
    { at: "sending", acked, sent, hurried: false, resent, pace },
    { say: "data", first: acked + 1, last: sent },
  ];
}

/** Four smoothed round trips (RFC 6298 2, without the variance); a repeated block measures nothing (Karn). */
function progressed(pace: Pace, now: number): Pace {
  const tripMs = now - pace.sentAt;
  const { smoothMs: before, waitMs, fresh } = pace;
  const smoothMs = !fresh ? before : before === undefined ? tripMs : before * 0.875 + tripMs * 0.125;
  const measured = fresh && smoothMs !== undefined ? Math.max(LEAST_WAIT_MS, 4 * smoothMs) : waitMs;
  return {
    smoothMs,
    waitMs: measured,
    sentAt: now,
    fresh: true,
    progressAt: now,
    unheard: false,
    heardAt: now,
  };
}
