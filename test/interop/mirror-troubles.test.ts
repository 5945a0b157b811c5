import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { must } from "../../src/base/read.ts";
import { routeOf } from "../../src/mirror/core/route.ts";
import type { Got } from "../../src/mirror/mirror.ts";
import { type Archive, openArchive, sha256 } from "../support/debian-archive.ts";
import { type Loaded, load } from "../support/load.ts";
import { openTestMirror } from "../support/mirror-door.ts";

const deb = (bytes: number, seed = 1): Buffer =>
  Buffer.concat([Buffer.from("!<arch>\n"), noise(bytes - 8, seed)]);
const noise = (bytes: number, seed: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + (i >> 8) * seed + seed) & 255));
const POOL = "pool/main/a/a_1_all.deb";
const RELEASE = "dists/bookworm/Release";

type Wish = Parameters<typeof openTestMirror>[0];
async function setUp(files: Record<string, Buffer>, wish: Wish = {}, hasDates = true) {
  const archive = await openArchive(new Map(Object.entries(files)), hasDates);
  const mirror = await openTestMirror({ archives: [{ name: "debian", url: archive.url }], ...wish });
  const get = (path: string, headers?: Record<string, string>, method?: string) =>
    load(mirror.url, `/debian/${path}`, headers, method);
  return { ...mirror, archive, get };
}
const times = (archive: Archive, words: string) =>
  archive.asked.filter((line) => line.includes(words)).length;
const kinds = (events: readonly { kind: string }[]) => events.map(({ kind }) => kind);
/** A file is kept a moment after it was given. */
const kept = (mirror: { cache: { held: { files: number } } }, files: number) =>
  expect.poll(() => mirror.cache.held.files).toBe(files);

test("a package is fetched once, and given from here from then on", async () => {
  const mirror = await setUp({ [POOL]: deb(700_000) });
  const first = await mirror.get(POOL);
  await kept(mirror, 1);
  const second = await mirror.get(POOL);

  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.body.equals(deb(700_000))).toBe(true);
  expect(first.body.equals(second.body)).toBe(true);
  expect([first, second].map(({ headers }) => headers["cache-status"])).toEqual([
    "rackhand; fwd=miss",
    "rackhand; hit",
  ]);
  expect(second.headers).toMatchObject({ "content-type": "application/x-test", etag: first.headers.etag! });
  expect(mirror.archive.asked).toEqual([`GET ${POOL}`]);
  expect(mirror.mirror.counts).toMatchObject({
    hit: { files: 1, bytes: 700_000 },
    miss: { files: 1, bytes: 700_000 },
  });
});

test("thirty-two machines that ask for one file at once are one fetch, and each gets all of it", async () => {
  const mirror = await setUp({ [POOL]: deb(3_000_000) });
  mirror.archive.misbehave((_, response) => {
    response.writeHead(200, { "content-length": 3_000_000 });
    const whole = deb(3_000_000);
    const more = (at = 0) => {
      const next = () => setTimeout(more, 10, at + 300_000);
      if (at < whole.length) response.write(whole.subarray(at, at + 300_000), next);
      else response.end();
    };
    more();
    return true;
  });
  const loaded = await Promise.all(Array.from({ length: 32 }, () => mirror.get(POOL)));

  expect(loaded.map(({ status, body }) => [status, sha256(body)])).toEqual(
    Array(32).fill([200, sha256(deb(3_000_000))]),
  );
  expect(mirror.archive.asked.length).toBe(1);
});

test("a Release file is asked for anew after a burst, by its tag, and a new one comes at once", async () => {
  const mirror = await setUp({ [RELEASE]: Buffer.from("Origin: old\n") });
  await mirror.get(RELEASE);
  await mirror.get(RELEASE);
  await kept(mirror, 1);
  mirror.clock.ahead += 11_000;
  const same = await mirror.get(RELEASE);
  mirror.archive.files.set(RELEASE, Buffer.from("Origin: new\n"));
  mirror.clock.ahead += 11_000;
  const fresh = await mirror.get(RELEASE);

  expect([same, fresh].map(({ body }) => `${body}`)).toEqual(["Origin: old\n", "Origin: new\n"]);
  expect(mirror.archive.asked).toEqual([`GET ${RELEASE}`, `GET ${RELEASE} 304`, `GET ${RELEASE}`]);
});

test("whoever asks in the very moment in which a fetch ends gets an answer", async () => {
  const path = `dists/x/by-hash/SHA256/${"0".repeat(64)}`;
  const { mirror } = await setUp({ [path]: noise(1000, 1) });
  const route = must(routeOf(`/debian/${path}`, mirror.rules));
  const answers: Promise<Got["is"]>[] = [];
  const ask = async () => {
    const got = await mirror.get(route, false, () => {});
    if (got.is === "coming") await got.spool.release();
    return got.is;
  };
  for (let turn = 0; turn < 300; turn += 1) {
    answers.push(ask());
    await setImmediate();
  }

  expect(new Set(await Promise.all(answers))).toEqual(new Set(["coming"]));
});

test.each([
  ["refuses connections", (archive: Archive) => archive.down()],
  [
    "answers 503",
    async (archive: Archive) => archive.misbehave((_, response) => !!response.writeHead(503).end()),
  ],
  [
    "breaks off in the middle",
    async (archive: Archive) => archive.misbehave((_, response) => !!broken(response)),
  ],
  ["says nothing", async (archive: Archive) => archive.misbehave(() => true)],
])("while the mirror %s what is kept is given, and told; a second try gets the new one", async (_, harm) => {
  const mirror = await setUp({ [RELEASE]: Buffer.from("Origin: old\n") }, { headMs: 200 }, false);
  await mirror.get(RELEASE);
  await kept(mirror, 1);
  mirror.clock.ahead += 60_000;
  await harm(mirror.archive);
  const stale = await mirror.get(RELEASE);
  mirror.archive.misbehave(undefined);
  await mirror.archive.up().catch(() => {}); // it was never down
  mirror.archive.files.set(RELEASE, Buffer.from("Origin: new\n"));
  mirror.clock.ahead += 60_000;
  const fresh = await mirror.get(RELEASE);

  expect([stale.status, `${stale.body}`, stale.headers["cache-status"]]).toEqual([
    200,
    "Origin: old\n",
    "rackhand; hit; fwd=stale; detail=outage",
  ]);
  expect(kinds(mirror.events)).toContain("mirror.stale");
  expect(`${fresh.body}`).toBe("Origin: new\n");
});

const broken = (response: import("node:http").ServerResponse) => {
  response.writeHead(200, { "content-length": 1000 });
  return response.write("Origin: half", () => setTimeout(() => response.destroy(), 20));
};

test("an outage is told once when it begins and once when it ends, and shown meanwhile", async () => {
  const mirror = await setUp({ [POOL]: deb(100), [RELEASE]: Buffer.from("Origin: x\n") });
  await mirror.archive.down();
  const missing = await mirror.get(POOL);
  await mirror.get(RELEASE);
  const during = mirror.mirror.outages;
  await mirror.archive.up();
  await mirror.get(POOL);

  expect([missing.status, `${missing.body}`]).toEqual([502, expect.stringContaining("ECONNREFUSED")]);
  expect(during).toEqual([expect.objectContaining({ host: new URL(mirror.archive.url).host })]);
  expect(mirror.mirror.outages).toEqual([]);
  const told = mirror.events.filter(({ kind }) => kind === "mirror.upstream");
  expect(told.map(({ detail }) => detail!.is)).toEqual(["down", "up"]);
});

test("a transfer that breaks goes on where it stopped, and the machine notices nothing", async () => {
  const whole = deb(2_000_000);
  const mirror = await setUp({ [POOL]: whole });
  let cuts = 0;
  mirror.archive.misbehave((request, response) => {
    if (cuts++ > 2) return false;
    const from = Number(/\d+/.exec(request.headers.range ?? "0")![0]);
    const range = { "content-range": `bytes ${from}-${whole.length - 1}/${whole.length}` };
    response.writeHead(from > 0 ? 206 : 200, {
      "content-length": whole.length - from,
      ...(from > 0 && range),
    });
    response.write(whole.subarray(from, from + 400_000), () => setTimeout(() => response.destroy(), 30));
    return true;
  });
  const { body, whole: isWhole } = await mirror.get(POOL);
  await kept(mirror, 1);

  expect([isWhole, sha256(body)]).toEqual([true, sha256(whole)]);
  expect(times(mirror.archive, "from")).toBe(3);
});

test("a file that cannot be had whole is broken off and not kept; the second try works", async () => {
  const mirror = await setUp({ [POOL]: deb(5000) });
  mirror.archive.misbehave((_, response) => {
    response.writeHead(200, { "content-length": 5000 });
    response.write(deb(5000).subarray(0, 1000), () => setTimeout(() => response.destroy(), 10));
    return true;
  });
  const first = await mirror.get(POOL);
  await expect.poll(() => kinds(mirror.events)).toContain("mirror.unkept");
  mirror.archive.misbehave(undefined);
  const second = await mirror.get(POOL);

  expect([first.whole, first.body.length < 5000]).toEqual([false, true]);
  expect([second.whole, second.body.equals(deb(5000))]).toEqual([true, true]);
});

test.each(["SHA256", "SHA512", "MD5Sum"])(
  "a by-hash file that does not have its %s never arrives whole",
  async (name) => {
    const right = noise(300_000, 3);
    const algorithm = name === "MD5Sum" ? "md5" : name.toLowerCase();
    const path = `dists/x/main/binary-amd64/by-hash/${name}/${createHash(algorithm).update(right).digest("hex")}`;
    const mirror = await setUp({ [path]: noise(300_000, 4) });
    const wrong = await mirror.get(path);
    await expect.poll(() => kinds(mirror.events)).toContain("mirror.unkept");
    mirror.archive.files.set(path, right);
    const good = await mirror.get(path);

    expect([wrong.whole, wrong.body.length]).toEqual([false, expect.toSatisfy((length) => length < 300_000)]);
    expect([good.whole, good.body.equals(right)]).toEqual([true, true]);
  },
);

test("a login page in a package's place is refused with a sentence, and not kept", async () => {
  const mirror = await setUp({ [POOL]: Buffer.from("<html>Welcome to the hotel</html>".padEnd(500)) });
  const page = await mirror.get(POOL);
  mirror.archive.files.set(POOL, deb(500));
  const right = await mirror.get(POOL);

  expect([page.status, `${page.body}`]).toEqual([
    502,
    expect.stringContaining("does not begin as such a file does"),
  ]);
  expect(right.body.equals(deb(500))).toBe(true);
});

test("a machine that found a kept package broken gets a new one with no-cache", async () => {
  const mirror = await setUp({ [POOL]: deb(500, 1) });
  await mirror.get(POOL);
  await kept(mirror, 1);
  mirror.archive.files.set(POOL, deb(500, 2));
  const old = await mirror.get(POOL);
  const fresh = await mirror.get(POOL, { "cache-control": "no-cache" });

  expect([old.body.equals(deb(500, 1)), fresh.body.equals(deb(500, 2))]).toEqual([true, true]);
});

test("what is not there is not there, and forgotten when it was", async () => {
  const mirror = await setUp({ [RELEASE]: Buffer.from("Origin: x\n") });
  await mirror.get(RELEASE);
  await kept(mirror, 1);
  mirror.archive.files.delete(RELEASE);
  mirror.clock.ahead += 60_000;
  const gone = await mirror.get(RELEASE);

  expect([gone.status, mirror.cache.held.files]).toEqual([404, 0]);
});

test("ranges, conditions and heads are answered from a kept file and from one that is coming", async () => {
  const whole = deb(50_000);
  const mirror = await setUp({ [POOL]: whole });
  const ask = async () => [
    await mirror.get(POOL, { range: "bytes=49990-" }),
    await mirror.get(POOL, { range: "bytes=10-19", "if-range": '"other"' }),
    await mirror.get(POOL, { range: "bytes=60000-" }),
    await mirror.get(POOL, { "if-modified-since": "Fri, 02 Jan 2026 00:00:00 GMT" }),
  ];
  const told = (all: Loaded[]) =>
    all.map(({ status, body, headers }) => [status, body.length, headers["content-range"]]);
  const coming = await mirror.get(POOL, { range: "bytes=40000-40009" });
  await kept(mirror, 1);
  const head = await mirror.get(POOL, {}, "HEAD");

  expect([coming.status, coming.body.equals(whole.subarray(40_000, 40_010))]).toEqual([206, true]);
  expect(told(await ask())).toEqual([
    [206, 10, "bytes 49990-49999/50000"],
    [200, 50_000, undefined],
    [416, expect.any(Number), "bytes */50000"],
    [304, 0, undefined],
  ]);
  expect([head.status, head.headers["content-length"]]).toEqual([200, "50000"]);
  expect(times(mirror.archive, POOL)).toBe(1);
});

test("a head alone fetches no file", async () => {
  const mirror = await setUp({ [POOL]: deb(50_000) });
  const head = await mirror.get(POOL, {}, "HEAD");

  expect([head.status, head.headers["content-length"], mirror.archive.asked]).toEqual([
    200,
    "50000",
    [`HEAD ${POOL}`],
  ]);
});

test("a mirror that does not say how long a file is, and redirects to it, is as good", async () => {
  const mirror = await setUp({ [POOL]: deb(80_000), "pool/moved": deb(80_000) });
  mirror.archive.misbehave((_, response, path) => {
    if (path === POOL) response.writeHead(302, { location: "/debian/pool/moved" }).end();
    else response.writeHead(200).end(deb(80_000));
    return true;
  });
  const first = await mirror.get(POOL);
  await kept(mirror, 1);
  const second = await mirror.get(POOL);

  expect([first.headers["content-length"], first.body.equals(deb(80_000))]).toEqual([undefined, true]);
  expect([second.headers["content-length"], second.body.equals(deb(80_000))]).toEqual(["80000", true]);
});

test("a circle of redirects ends with a sentence", async () => {
  const mirror = await setUp({});
  mirror.archive.misbehave(
    (_, response, path) => !!response.writeHead(302, { location: `/debian/${path}` }).end(),
  );

  expect(`${(await mirror.get(POOL)).body}`).toContain("more than 5 redirects");
});

test("the cache stays within its bound, and the longest unused goes first", async () => {
  const names = ["a", "b", "c", "d"].map((name) => `pool/${name}.deb`);
  const files = Object.fromEntries(names.map((name) => [name, deb(100_000)]));
  const mirror = await setUp(files, { mostBytes: 320_000 });
  for (const [i, name] of names.slice(0, 3).entries()) {
    await mirror.get(name);
    await kept(mirror, i + 1);
  }
  await mirror.get(names[0]!);
  await mirror.get(names[3]!);
  await expect.poll(async () => (await mirror.cache.look("debian/pool/d.deb"))?.bytes).toBe(100_000);

  const there = await Promise.all(names.map((name) => mirror.cache.look(`debian/${name}`)));
  expect(there.map((one) => one !== undefined)).toEqual([true, false, true, true]);
  expect(mirror.cache.held.bytes).toBeLessThanOrEqual(320_000);
});

test("what does not fit goes through to each who asks, is told, and takes nothing else's place", async () => {
  const large = deb(500_000);
  const mirror = await setUp({ "pool/small.deb": deb(100_000), [POOL]: large }, { mostBytes: 320_000 });
  await mirror.get("pool/small.deb");
  await kept(mirror, 1);
  const loaded = await Promise.all([mirror.get(POOL), mirror.get(POOL, { range: "bytes=499990-" })]);

  expect(loaded.map(({ status, body }) => [status, body.length])).toEqual([
    [200, 500_000],
    [206, 10],
  ]);
  expect(sha256(loaded[0]!.body)).toBe(sha256(large));
  expect(kinds(mirror.events)).toContain("mirror.unkept");
  expect(mirror.cache.held.files).toBe(1);
});

test("after a restart what was kept is there, and what was half done is gone", async () => {
  const before = await setUp({ [POOL]: deb(9000) });
  await before.get(POOL);
  await kept(before, 1);
  const { directory } = before;
  await before.stop();
  const after = await openTestMirror({ directory, archives: [{ name: "debian", url: before.archive.url }] });
  await before.archive.down();
  const { body, status } = await load(after.url, `/debian/${POOL}`);

  expect([status, body.equals(deb(9000)), readdirSync(`${directory}/coming`)]).toEqual([200, true, []]);
});

test("a kept file that was damaged on disk is fetched anew", async () => {
  const mirror = await setUp({ [POOL]: deb(9000) });
  await mirror.get(POOL);
  await kept(mirror, 1);
  const [folder] = readdirSync(`${mirror.directory}/files`);
  const [name] = readdirSync(`${mirror.directory}/files/${folder}`);
  await mirror.stop();
  const path = `${mirror.directory}/files/${folder}/${name}`;
  const { truncateSync } = await import("node:fs");
  truncateSync(path, statSync(path).size - 10);
  const after = await openTestMirror({
    directory: mirror.directory,
    archives: [{ name: "debian", url: mirror.archive.url }],
  });
  const { body } = await load(after.url, `/debian/${POOL}`);

  expect([body.equals(deb(9000)), times(mirror.archive, POOL)]).toEqual([true, 2]);
});

test("what one machine loaded is one event, told when it is quiet", async () => {
  const mirror = await setUp({ [POOL]: deb(9000) }, { quietMs: 50 });
  await mirror.get(POOL);
  await kept(mirror, 1);
  await mirror.get(POOL);

  await expect
    .poll(() =>
      mirror.events
        .filter(({ kind }) => kind === "mirror.served")
        .reduce((sum, { detail }) => sum + Number(detail!.files), 0),
    )
    .toBe(2);
  expect(mirror.events.at(-1)?.says).toMatch(/^127\.0\.0\.1 loaded .* through the mirror, .* kept here\.$/);
});

test("a client that hangs up in the middle leaves the file coming for the next", async () => {
  const mirror = await setUp({ [POOL]: deb(2_000_000) });
  const { request } = await import("node:http");
  await new Promise<void>((resolve) => {
    const asked = request(`${mirror.url}/debian/${POOL}`, (response) => {
      response.once("data", () => {
        asked.destroy();
        resolve();
      });
    });
    asked.on("error", () => {}).end();
  });
  await kept(mirror, 1);

  expect((await mirror.get(POOL)).headers["cache-status"]).toBe("rackhand; hit");
});
