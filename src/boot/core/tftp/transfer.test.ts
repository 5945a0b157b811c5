import fc from "fast-check";
import { expect, test } from "vitest";
import type { Terms } from "./terms.ts";
import { begin, type Heard, lastBlock, type Say, silenceAt, step, type Transfer } from "./transfer.ts";

const TERMS: Terms = { bytes: 5000, blockBytes: 512, window: 1, firstWaitMs: 1000 };
const ack = (block: number): Heard => ({ is: "ack", block: block & 0xffff });
const SILENCE: Heard = { is: "silence" };

/** Steps through what is heard, one second apart; what was said last is the answer. */
function after(terms: Terms, heard: readonly Heard[], optionsAnswered = false): [Transfer, Say?] {
  let now: [Transfer, Say?] = begin(terms, optionsAnswered, 0);
  heard.forEach((what, i) => {
    now = step(now[0], what, terms, (i + 1) * 1000);
  });
  return now;
}

test("options are acknowledged first; ACK 0 earns the first block", () => {
  expect(after(TERMS, [], true)).toMatchObject([{ at: "offered" }, { say: "options" }]);
  expect(after(TERMS, [ack(0)], true)[1]).toEqual({ say: "data", first: 1, last: 1 });
});

test("an error right after the options is a size probe, not a failure", () => {
  expect(after(TERMS, [{ is: "error" }], true)[0]).toMatchObject({ at: "dead", why: "probe" });
  expect(after(TERMS, [ack(1), { is: "error" }])[0]).toMatchObject({ at: "dead", why: "refused" });
});

test("a stale or forged ACK provokes nothing", () => {
  for (const block of [0, 1, 3, 4, 65_535]) {
    const [transfer, say] = after(TERMS, [ack(1), ack(block)]);
    expect([block, say, transfer]).toMatchObject([block, undefined, { acked: 1, sent: 2 }]);
  }
});

test("in lock-step a repeated ACK never sends a block twice; silence does", () => {
  expect(after(TERMS, [ack(1), ack(1), ack(1)])[1]).toBeUndefined();
  expect(after(TERMS, [ack(1), SILENCE])[1]).toEqual({ say: "data", first: 2, last: 2 });
});

test("a whole multiple of the block ends with a block of no bytes", () => {
  const even = { ...TERMS, bytes: 1024 };

  expect(lastBlock(even)).toBe(3);
  expect(after(even, [ack(1), ack(2)])[1]).toEqual({ say: "data", first: 3, last: 3 });
  expect(after(even, [ack(1), ack(2), ack(3)])[0]).toMatchObject({ at: "done", confirmed: true });
  expect(after({ ...TERMS, bytes: 0 }, [ack(1)])[0]).toMatchObject({ at: "done" });
});

test("a window is sent whole, and its last ACK earns the next", () => {
  const terms = { ...TERMS, window: 4 };

  expect(after(terms, [])[1]).toEqual({ say: "data", first: 1, last: 4 });
  expect(after(terms, [ack(4)])[1]).toEqual({ say: "data", first: 5, last: 8 });
  expect(after(terms, [ack(4), ack(8)])[1]).toEqual({ say: "data", first: 9, last: 10 });
});

test("an ACK inside the window starts again after it (RFC 7440)", () => {
  const [transfer, say] = after({ ...TERMS, window: 4 }, [ack(2)]);

  expect(say).toEqual({ say: "data", first: 3, last: 6 });
  expect(transfer).toMatchObject({ resent: 2 });
});

test("in a window the first repeated ACK is believed, the others not", () => {
  const terms = { ...TERMS, window: 4 };

  expect(after(terms, [ack(4), ack(4)])[1]).toEqual({ say: "data", first: 5, last: 8 });
  expect(after(terms, [ack(4), ack(4), ack(4)])[1]).toBeUndefined();
});

test("block numbers wrap to 0 on the wire and go on here", () => {
  const terms = { ...TERMS, bytes: 70_000 * 512, window: 1000 };
  const heard = Array.from({ length: 69 }, (_, i) => ack((i + 1) * 1000));

  const [transfer, say] = after(terms, heard);

  expect(transfer).toMatchObject({ acked: 69_000, sent: 70_000 });
  expect(say).toEqual({ say: "data", first: 69_001, last: 70_000 });
});

test("it waits four smoothed round trips, at least 20 ms, twice as long after each silence", () => {
  let [transfer] = begin(TERMS, true, 0);
  [transfer] = step(transfer, ack(0), TERMS, 10);
  expect(transfer.at === "sending" && silenceAt(transfer)).toBe(10 + 40);
  [transfer] = step(transfer, SILENCE, TERMS, 50);
  expect(transfer.at === "sending" && silenceAt(transfer)).toBe(50 + 80);
  [transfer] = step(transfer, ack(1), TERMS, 130);
  [transfer] = step(transfer, ack(2), TERMS, 131);
  [transfer] = step(transfer, ack(3), TERMS, 132);

  expect(transfer.at === "sending" && transfer.pace.smoothMs).toBeLessThan(10);
  expect(transfer.at === "sending" && silenceAt(transfer) - 132).toBeGreaterThanOrEqual(20);
});

const silentFrom = (start: Transfer): { transfer: Transfer; ms: number; said: number } => {
  let [transfer, say]: [Transfer, Say?] = [start];
  let [now, said] = [0, 0];
  while (transfer.at === "sending" || transfer.at === "offered") {
    now = silenceAt(transfer);
    [transfer, say] = step(transfer, SILENCE, TERMS, now);
    if (say !== undefined) said += 1;
  }
  return { transfer, ms: now, said };
};

test("who never said a word gets the first packet thrice, and its place is free after seconds", () => {
  for (const optionsAnswered of [true, false]) {
    const { transfer, ms, said } = silentFrom(begin(TERMS, optionsAnswered, 0)[0]);

    expect(transfer).toMatchObject({ at: "dead", why: "silence" });
    expect([said, ms]).toEqual([2, 5000]);
  }
});

test("who vanishes in the middle is given up within half a minute", () => {
  const { transfer, ms, said } = silentFrom(after(TERMS, [ack(1)])[0]);

  expect(transfer).toMatchObject({ at: "dead", why: "silence" });
  expect([ms <= 31_000, said < 20]).toEqual([true, true]);
});

test("who is there but gets no further is given up after two minutes", () => {
  let [transfer] = after(TERMS, [ack(1)]);
  let now = 1000;
  while (transfer.at === "sending") {
    now = silenceAt(transfer);
    [transfer] = step(transfer, SILENCE, TERMS, now);
    [transfer] = step(transfer, ack(1), TERMS, now);
  }

  expect(transfer).toMatchObject({ at: "dead", why: "silence" });
  expect(now).toBeGreaterThanOrEqual(120_000);
});

test("a client that still repeats its ACK lacks the last block and is not given up as done", () => {
  const terms = { ...TERMS, bytes: 600 };
  let [transfer] = step(begin(terms, false, 0)[0], ack(1), terms, 1);

  for (let now = 0; now < 60_000; now += 1000) {
    [transfer] = step(transfer, ack(1), terms, now);
    [transfer] = step(transfer, SILENCE, terms, now + 500);
  }

  expect(transfer).toMatchObject({ at: "sending", sent: 2 });
});

test("a lost last ACK is no failure", () => {
  let [transfer] = after({ ...TERMS, bytes: 10 }, [ack(0)], true);

  for (let i = 0; i < 20 && transfer.at === "sending"; i += 1)
    [transfer] = step(transfer, SILENCE, { ...TERMS, bytes: 10 }, silenceAt(transfer));

  expect(transfer).toMatchObject({ at: "done", confirmed: false });
});

/** A small client that follows RFC 1350 and RFC 7440, on a line that loses packets both ways. */
function fetchThrough(terms: Terms, loss: number, seed: number) {
  let dice = seed;
  const lost = () => {
    dice = (Math.imul(dice, 1_664_525) + 1_013_904_223) >>> 0;
    return dice / 2 ** 32 < loss;
  };
  const last = lastBlock(terms);
  const wire: { at: number; block?: number; ack?: number }[] = [];
  let [now, got, unacked, packets] = [0, 0, 0, 0];
  let clientAt = 0; // when the client last acknowledged
  let [transfer, say] = begin(terms, false, 0) as [Transfer, Say?];
  const send = () => {
    if (say?.say !== "data") return;
    for (let block = say.first; block <= say.last; block += 1) {
      packets += 1;
      if (!lost()) wire.push({ at: now + 1, block });
    }
  };
  const acknowledge = () => {
    unacked = 0;
    clientAt = now;
    if (!lost()) wire.push({ at: now + 1, ack: got });
  };
  send();
  let isHeard = false;
  while ((transfer.at === "sending" || transfer.at === "offered") && now < 1e7) {
    wire.sort((a, b) => a.at - b.at);
    const wake = silenceAt(transfer);
    const clientWake = got < last && got > 0 ? clientAt + 1000 : Number.POSITIVE_INFINITY;
    const next = wire[0]?.at ?? Number.POSITIVE_INFINITY;
    now = Math.min(wake, clientWake, next);
    if (next === now) {
      const packet = wire.shift()!;
      if (packet.ack !== undefined) {
        [transfer, say] = step(transfer, ack(packet.ack), terms, now);
        send();
      } else if (packet.block === got + 1) {
        got += 1;
        unacked += 1;
        if (unacked === terms.window || got === last) acknowledge();
      } else acknowledge();
    } else if (clientWake === now) acknowledge();
    else {
      [transfer, say] = step(transfer, SILENCE, terms, now);
      // nothing was heard of it: it asks again
      if (transfer.at === "dead" && !isHeard)
        [transfer, say, got, unacked] = [...begin(terms, false, now), 0, 0];
      send();
    }
    isHeard ||= transfer.at === "sending" && transfer.acked > 0;
  }
  return { end: transfer.at, got, packets };
}

test("every block arrives through 30 % loss, whatever the seed", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const terms = { ...TERMS, bytes: (seed * 997) % 20_000, window: [1, 2, 4, 16, 32][seed % 5]! };
    const { end, got } = fetchThrough(terms, 0.3, seed);
    expect({ seed, end, got }).toEqual({ seed, end: "done", got: lastBlock(terms) });
  }
});

test("without loss every block is sent once", () => {
  for (const window of [1, 4, 32]) {
    const terms = { ...TERMS, bytes: 100_000, window };
    expect(fetchThrough(terms, 0, 1).packets).toBe(lastBlock(terms));
  }
});

test("any sequence of hearings keeps the order of things", () => {
  const heard = fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map(ack),
    fc.integer({ min: 0, max: 12 }).map(ack),
    fc.constant(SILENCE),
  );

  fc.assert(
    fc.property(fc.array(heard, { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (all, window) => {
      const terms = { ...TERMS, window };
      let [transfer, say]: [Transfer, Say?] = begin(terms, true, 0);
      all.forEach((what, i) => {
        const before = transfer.at === "sending" ? transfer.acked : 0;
        [transfer, say] = step(transfer, what, terms, i * 10);
        if (transfer.at === "sending") expect(transfer.acked).toBeGreaterThanOrEqual(before);
        if (say?.say === "data") {
          expect(say.first).toBeLessThanOrEqual(say.last);
          expect(say.last).toBeLessThanOrEqual(lastBlock(terms));
          expect(say.last - say.first).toBeLessThan(window);
        }
      });
    }),
    { numRuns: 1000 },
  );
});
