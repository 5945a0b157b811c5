import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Observed } from "../../src/base/event.ts";
import { Deliverer, type KeepsWebhooks, type Target } from "../../src/webhook/deliverer.ts";
import { openTestStore } from "../support/store.ts";

const SECRET = "canary-webhook-77c1";
const run = promisify(execFile);
type Got = { headers: IncomingHttpHeaders; body: string };
let store: Awaited<ReturnType<typeof openTestStore>>;
let seq = 0;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  store = await openTestStore();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => store?.close());

/** Answers each request by the next of `answers`, the last of them for ever; "never" holds its peace. */
async function receiver(...answers: (number | "never")[]) {
  const got: Got[] = [];
  const server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => {
      body += piece;
    });
    request.on("end", () => {
      const answer = answers[Math.min(got.length, answers.length - 1)] ?? 204;
      got.push({ headers: request.headers, body });
      if (answer !== "never") response.writeHead(answer, { location: "http://192.0.2.1/" }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { got, url: `http://127.0.0.1:${port}/hook?token=hidden` };
}

const target = (url: string): Target => ({
  ...{ name: `t-${randomUUID()}`, url, events: ["console.lost", "panic.seen"], secret: () => SECRET },
});

function deliverer(
  targets: readonly Target[],
  over: Partial<ConstructorParameters<typeof Deliverer>[0]> = {},
) {
  const made = new Deliverer({
    ...{ store, targets: () => targets, me: randomUUID(), now: Date.now, told: () => {}, troubled: () => {} },
    ...{ restAfter: () => 50, lookEveryMs: 100, holdMs: 400 },
    ...over,
  });
  closing.push(() => made.stop());
  return made;
}

/** The target is known from now on: what came before is not told to it. */
const known = async (...targets: readonly Target[]) => {
  for (const { name } of targets) {
    await store.claimWebhook(name, "test", 0);
  }
};

async function observed(...events: Partial<Observed>[]): Promise<void> {
  const numbered = events.map((event) => {
    seq += 1;
    const whole = { kind: "console.lost", at: Date.now(), machine: "web1", says: `number ${seq}` } as const;
    return { seq, event: { ...whole, ...event } };
  });
  await store.appendEvents("test", "run", numbered);
}
/** Shared cores: long enough for a slow one. */
const soon = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });
const saysOf = (got: readonly Got[]) => got.map(({ body }) => (JSON.parse(body) as { says: string }).says);

test("alerts come in order, signed as openssl finds it too, and nothing else comes", async () => {
  const { got, url } = await receiver(204);
  const pager = target(url);
  await known(pager);
  await observed({ says: "a" }, { kind: "dhcp.heard", says: "not asked for" }, { says: "b" });
  await observed({ kind: "console.sighting", detail: { sighting: "kernel-panic" }, says: "c" });

  deliverer([pager]).nudge();
  await soon(() => saysOf(got)).toEqual(["a", "b", "c"]);

  const { headers, body } = got[0]!;
  const signed = `${headers["x-rackhand-timestamp"]}.${body}`;
  const openssl = run("openssl", ["dgst", "-sha256", "-hmac", SECRET]);
  openssl.child.stdin?.end(signed);
  const { stdout } = await openssl;
  expect(headers["x-rackhand-signature"]).toBe(`sha256=${stdout.trim().split("= ")[1]}`);
  expect(headers["x-rackhand-event"]).toBe("console.lost");
  expect(headers["x-rackhand-delivery"]).toBe((JSON.parse(body) as { id: string }).id);
});

test("what is not taken is sent again with the same number, and what follows waits for it", async () => {
  const { got, url } = await receiver(500, 302, 204);
  const pager = target(url);
  await known(pager);
  await observed({ says: "first" }, { says: "second" });

  const deliveries = deliverer([pager]);
  deliveries.nudge();
  await soon(() => saysOf(got)).toEqual(["first", "first", "first", "second"]);

  const ids = got.map(({ headers }) => headers["x-rackhand-delivery"]);
  expect(new Set(ids.slice(0, 3)).size).toBe(1);
  await soon(async () => (await deliveries.list())[0]?.trouble).toBe(null);
});

test("a target that does not answer keeps no other waiting; lists show the trouble and no secret", async () => {
  const [slow, quick] = [await receiver("never"), await receiver(204)];
  const targets = [target(slow.url), target(quick.url), target("http://127.0.0.1:1/")];
  await known(...targets);
  await observed({ says: "x" });

  const deliveries = deliverer(targets);
  deliveries.nudge();
  await soon(() => saysOf(quick.got)).toEqual(["x"]);
  await soon(async () => (await deliveries.list())[2]?.trouble).toContain("ECONNREFUSED");

  const listed = JSON.stringify([await deliveries.list(), await deliveries.failed()]);
  expect(listed).not.toContain(SECRET);
  expect(listed).not.toContain("hidden");
  expect((await deliveries.list())[1]).toMatchObject({ address: "127.0.0.1", isPrivate: true });
});

test("a service that ends between sending and remembering leads to the same delivery again, by another", async () => {
  const { got, url } = await receiver(204);
  const pager = target(url);
  await known(pager);
  await observed({ says: "once or twice" });
  const forgetful: KeepsWebhooks = { ...store, settleWebhook: () => new Promise(() => {}) };

  const killed = new Deliverer({
    ...{ store: forgetful, targets: () => [pager], me: "killed", now: Date.now, holdMs: 400 },
    ...{ told: () => {}, troubled: () => {} },
  });
  killed.nudge(); // never stopped: it hangs as a killed one would, holding its claim
  await soon(() => got.length).toBe(1);
  deliverer([pager]).nudge();
  await soon(() => got.length).toBe(2);

  const ids = got.map(({ headers }) => headers["x-rackhand-delivery"]);
  expect(ids[0]).toBe(ids[1]);
  expect(got[0]!.body).toBe(got[1]!.body);
});

test("two services on one database tell each alert once, in order", async () => {
  const { got, url } = await receiver(204);
  const pager = target(url);
  await known(pager);
  const both = [deliverer([pager], { holdMs: 30_000 }), deliverer([pager], { holdMs: 30_000 })];
  const says = Array.from({ length: 40 }, (_, i) => `n${i}`);

  for (const one of says) {
    await observed({ says: one });
    for (const each of both) each.nudge();
  }

  await soon(() => saysOf(got)).toEqual(says);
});

test("what is not taken within a day is kept as failed, and what follows goes on", async () => {
  const { got, url } = await receiver(500, 500, 204);
  const pager = target(url);
  await known(pager);
  await observed({ says: "too late" }, { says: "in time" });
  let now = 1_000_000;

  const deliveries = deliverer([pager], {
    now: () => {
      now += 13 * 3_600_000;
      return now;
    },
  });
  deliveries.nudge();
  await soon(() => saysOf(got).at(-1)).toBe("in time");

  const failed = (await deliveries.failed()).filter(({ name }) => name === pager.name);
  expect(failed).toMatchObject([{ alert: "console.lost", why: "it answers 500" }]);
});

test("a test is sent at once, and says when the secret is not there", async () => {
  const { got, url } = await receiver(204);
  const pager = target(url);
  const lost: Target = {
    ...pager,
    name: "lost",
    secret: () => {
      throw new Error("ENOENT: no such file");
    },
  };
  const deliveries = deliverer([pager, lost]);

  expect(await deliveries.test(pager.name, "test-1")).toMatchObject({ ok: true });
  expect(await deliveries.test("lost", "test-2")).toMatchObject({ ok: false, why: "ENOENT: no such file" });
  expect(got.map(({ headers }) => headers["x-rackhand-delivery"])).toEqual(["test-1"]);
});
