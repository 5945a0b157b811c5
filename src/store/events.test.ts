import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestStore } from "../../test/support/store.ts";
import type { Observed } from "../base/event.ts";
import { readMac } from "../base/mac.ts";
import { must } from "../base/read.ts";
import { storable } from "./core/storable.ts";

const AT = 1_764_020_000_123;
const DAY = 86_400_000;
const RUN = "run-1";
let store: Awaited<ReturnType<typeof openTestStore>>;
let agent: string;
let machine: string;
beforeAll(async () => {
  store = await openTestStore();
});
beforeEach(({ task }) => {
  agent = `agent-${task.id}`;
  machine = `machine-${task.id}`;
});
afterAll(async () => {
  await store?.close();
});

const seen = (says: string, wishes: Partial<Observed> = {}): Observed => ({
  kind: "dhcp.heard",
  at: AT,
  machine,
  says,
  ...wishes,
});
const numbered = (...seqs: number[]) => seqs.map((seq) => ({ seq, event: seen(`event ${seq}`) }));
const says = async () => (await store.timeline(machine, { limit: 5000 })).map((event) => event.says);

test("an event comes back whole, with an id", async () => {
  const event = seen("asked", { mac: must(readMac("0cc47a7c2840")), detail: { xid: 7, options: [1, "a"] } });

  await store.appendEvents(agent, RUN, [{ seq: 1, event }]);

  expect(await store.timeline(machine, { limit: 9 })).toEqual([{ ...event, id: expect.any(Number) }]);
});

test("an event without machine, address and detail is among the recent ones", async () => {
  const event: Observed = { kind: "agent.attached", at: AT, says: `hello from ${agent}` };

  await store.appendEvents(agent, RUN, [{ seq: 1, event }]);

  const recent = await store.recentEvents({ limit: 1 });
  expect(recent).toEqual([{ ...event, id: expect.any(Number), machine: null, mac: null, detail: {} }]);
});

test("a replayed event is stored once", async () => {
  const answers = [
    await store.appendEvents(agent, RUN, numbered(1, 2)),
    await store.appendEvents(agent, RUN, numbered(1, 2, 3)),
    await store.appendEvents(agent, RUN, numbered(3)),
  ];

  expect(answers).toEqual([2, 3, 3]);
  expect(await says()).toEqual(["event 1", "event 2", "event 3"]);
});

test("the answer stops at a gap and goes on when it is filled", async () => {
  const answers = [
    await store.appendEvents(agent, RUN, numbered(1, 2, 4, 5)),
    await store.appendEvents(agent, RUN, numbered(7)),
    await store.appendEvents(agent, RUN, numbered(3)),
    await store.appendEvents(agent, RUN, []),
    await store.appendEvents(agent, RUN, numbered(6)),
  ];

  expect(answers).toEqual([2, 2, 5, 5, 7]);
});

test("a new run of an agent counts anew", async () => {
  await store.appendEvents(agent, RUN, numbered(1, 2));

  expect(await store.appendEvents(agent, "run-2", numbered(1))).toBe(1);
  expect(await says()).toEqual(["event 1", "event 2", "event 1"]);
});

test("whatever the order, the batches and the repeats, each event is kept once", async () => {
  const batches = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), {
    maxLength: 6,
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(batches, async (sent) => {
      run += 1;
      const life = `random-${run}`;
      let upTo = 0;
      for (const seqs of sent) upTo = await store.appendEvents(agent, life, numbered(...seqs));

      const all = new Set(sent.flat());
      let whole = 0;
      while (all.has(whole + 1)) whole += 1;
      expect(upTo).toBe(whole);
    }),
    { numRuns: 15 },
  );
});

test("a batch larger than PostgreSQL's number of parameters is kept whole", async () => {
  const seqs = Array.from({ length: 12_000 }, (_, i) => i + 1);

  expect(await store.appendEvents(agent, RUN, numbered(...seqs))).toBe(12_000);
});

test("any text a stranger sends can be kept", async () => {
  const detail = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ stringUnit: "binary" }));
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), detail, async (text, fields) => {
      run += 1;
      const event = seen(`${text}\0\ud800`, { detail: { ...fields, raw: "\0\udc00" } });

      expect(await store.appendEvents(agent, `text-${run}`, [{ seq: 1, event }])).toBe(1);

      const [kept] = await store.recentEvents({ limit: 1 });
      expect(kept!.detail).toEqual(JSON.parse(JSON.stringify(storable(event.detail))));
    }),
    { numRuns: 40 },
  );
});

test("an agent that does not number from 1 is a bug and told so", async () => {
  await expect(store.appendEvents(agent, RUN, numbered(0))).rejects.toThrow("numbered from 1");
});

test("a timeline is read forwards from an id, backwards from an id, and from its end", async () => {
  await store.appendEvents(agent, RUN, numbered(1, 2, 3, 4, 5));
  const ids = (await store.timeline(machine, { limit: 9 })).map(({ id }) => id);
  const read = async (span: object) =>
    (await store.timeline(machine, { limit: 2, ...span })).map(({ id }) => ids.indexOf(id) + 1);

  expect(await read({})).toEqual([4, 5]);
  expect(await read({ after: ids[0] })).toEqual([2, 3]);
  expect(await read({ before: ids[4] })).toEqual([3, 4]);
  expect(await read({ after: ids[0], before: ids[2] })).toEqual([2]);
  expect(await read({ after: ids[4] })).toEqual([]);
});

test("who follows a timeline misses nothing while several agents write", async () => {
  const writing = Array.from({ length: 4 }, async (_, writer) => {
    for (let seq = 1; seq <= 25; seq += 1) await store.appendEvents(`${agent}-${writer}`, RUN, numbered(seq));
  });
  let done = false;
  const finished = Promise.all(writing).then(() => {
    done = true;
  });
  let after = 0;
  let followed = 0;
  for (let last = false; !last; ) {
    last = done;
    const events = await store.timeline(machine, { after, limit: 1000 });
    followed += events.length;
    after = events.at(-1)?.id ?? after;
  }
  await finished;

  expect(followed).toBe(100);
});

const BOUNDS = { mostPerMachine: 1000, lasting: [] as string[] };

test("a machine that tells too much loses its first events to counts, but not the newest of what lasts", async () => {
  const armed = { seq: 1, event: seen("armed", { kind: "plan.armed" }) };
  await store.appendEvents(agent, RUN, [armed, ...[2, 3, 4, 5].flatMap((seq) => numbered(seq))]);

  const trimmed = await store.trimEvents({
    ...{ olderThan: AT - DAY, keepPerMachine: 1, mostPerMachine: 2, lasting: ["plan.armed"] },
  });

  expect(trimmed).toBeGreaterThanOrEqual(2);
  expect(await says()).toEqual(["armed", "event 4", "event 5"]);
  expect(await store.folded(machine)).toMatchObject([{ count: 2 }]);
});

test("a timeline is searched by text, kind and time, and a clock that jumps does not change its order", async () => {
  await store.appendEvents(agent, RUN, [
    { seq: 1, event: seen("Says 100% of it", { at: AT }) },
    { seq: 2, event: seen("panic", { at: AT - 9 * DAY, kind: "console.sighting" }) },
    { seq: 3, event: seen("later", { at: AT + 1, detail: { file: "linux" } }) },
  ]);
  const found = async (span: object) =>
    (await store.timeline(machine, { limit: 10, ...span })).map((event) => event.says);

  expect(await found({})).toEqual(["Says 100% of it", "panic", "later"]);
  expect(await found({ text: "100%" })).toEqual(["Says 100% of it"]);
  expect(await found({ text: "LINUX" })).toEqual(["later"]);
  expect(await found({ kinds: ["console"] })).toEqual(["panic"]);
  expect(await found({ since: AT, until: AT + 1 })).toEqual(["Says 100% of it"]);
});

test("trimming forgets what is old but for a machine's last events, and a replay brings nothing back", async () => {
  const old = (seq: number) => ({ seq, event: seen(`old ${seq}`, { at: AT - 10 * DAY }) });
  await store.appendEvents(agent, RUN, [old(1), old(2), old(3), ...numbered(4)]);

  const trimmed = await store.trimEvents({ olderThan: AT - DAY, keepPerMachine: 2, ...BOUNDS });
  const replayed = await store.appendEvents(agent, RUN, [old(1), old(2), old(3), ...numbered(4)]);

  expect(trimmed).toBe(2);
  expect(replayed).toBe(4);
  expect(await says()).toEqual(["old 3", "event 4"]);
});

test("trimming can keep nothing, and bounds what belongs to no machine too", async () => {
  const event: Observed = { kind: "agent.lost", at: AT - 10 * DAY, says: `${agent} gone` };
  await store.appendEvents(agent, RUN, [
    { seq: 1, event },
    { seq: 2, event },
    { seq: 3, event: seen("old", { at: AT - 10 * DAY }) },
  ]);

  expect(
    await store.trimEvents({ olderThan: AT - DAY, keepPerMachine: 0, ...BOUNDS }),
  ).toBeGreaterThanOrEqual(3);
  expect(await says()).toEqual([]);
});

test("an address of no machine on record is proposed by its last event, until it is forgotten or added", async () => {
  const [known, unknown] = ["02:00:00:00:01:01", "02:00:00:00:01:02"].map((text) => must(readMac(text)));
  const rest = { firmware: "bios", serial: "ttyS1,115200n8", redirected: false, loader: "auto" } as const;
  const web = {
    ...rest,
    name: `web-${agent}`,
    macs: [known!],
    segment: "local",
    bmc: null,
    declaredBy: null,
  };
  await store.addMachine(web);
  const from = (mac: typeof known, text: string) =>
    ({ ...seen(text, { mac: mac! }), machine: undefined }) as never;

  await store.appendEvents(agent, RUN, [
    { seq: 1, event: from(known, "known asks") },
    { seq: 2, event: from(unknown, "unknown asks") },
    { seq: 3, event: from(unknown, "unknown asks again") },
  ]);
  const of = async () => (await store.proposals(10)).filter(({ mac }) => mac === unknown || mac === known);
  const before = await of();
  const forgot = [await store.forgetProposal(unknown!), await store.forgetProposal(unknown!)];
  const forgotten = await of();
  await store.appendEvents(agent, RUN, [{ seq: 4, event: from(unknown, "unknown is back") }]);
  const back = await of();
  await store.addMachine({ ...web, name: `db-${agent}`, macs: [unknown!] });

  expect(before.map(({ mac, event }) => [mac, event.says])).toEqual([[unknown, "unknown asks again"]]);
  expect(forgot).toEqual([true, false]);
  expect(forgotten).toEqual([]);
  expect(back.map(({ event }) => event.says)).toEqual(["unknown is back"]);
  expect(await of()).toEqual([]);
});
