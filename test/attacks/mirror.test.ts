import { connect, type Socket } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { reason } from "../../src/base/fault.ts";
import type { Ipv4 } from "../../src/base/ipv4.ts";
import { Upstream } from "../../src/mirror/upstream.ts";
import { openArchive } from "../support/debian-archive.ts";
import { load } from "../support/load.ts";
import { HERE, openTestMirror } from "../support/mirror-door.ts";
import { rawSaid } from "../support/raw-said.ts";
import { CLIMBING, longestBlock } from "./boot-target.ts";

const SECRET = "the canary inside";
const RELEASE = "dists/x/Release";

/** A mirror before an archive, and beside it a server of somebody's inside that holds the canary. */
async function setUp(wish: Parameters<typeof openTestMirror>[0] = {}) {
  const inside = await openArchive(new Map([["pool/secret", Buffer.from(SECRET)]]));
  const archive = await openArchive(new Map([[RELEASE, Buffer.from("Origin: x\n")]]));
  const mirror = await openTestMirror({ archives: [{ name: "debian", url: archive.url }], ...wish });
  const get = (target: string) => load(mirror.url, target);
  const isAlive = async () => (await get(`/debian/${RELEASE}`)).status === 200;
  return { ...mirror, inside, archive, get, isAlive };
}

const said = (url: string, bytes: string, withinMs?: number) =>
  rawSaid({ host: HERE, port: Number(new URL(url).port) }, bytes, withinMs);
const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => match[1]);

test("no name that ever led out of a tree leads to anything here", async () => {
  const { url, archive } = await setUp();
  for (const name of CLIMBING) {
    const path = name.replaceAll(/[ -\x20\u0100-\uffff]/g, "?");
    for (const target of [
      `/debian/pool/${path}`,
      `/${path}`,
      `http://ftp.de.debian.org/debian/dists/${path}`,
    ]) {
      const text = await said(url, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);

      expect([target, statuses(text)[0]]).toEqual([target, expect.stringMatching(/^(400|403|404)$/)]);
    }
  }
  const asked = archive.asked.filter((line) => /\.\.|\\|%/.test(line));
  expect(asked).toEqual([]);
});

test("no address, name or redirect leads inside, whatever way it is written", async () => {
  const mirror = await setUp({ hosts: ["*.localhost", "*.nip.example"] });
  const port = new URL(mirror.inside.url).port;
  const hosts = ["127.0.0.1", "localhost", "a.localhost", "127.1", "2130706433", "0x7f000001", "0", "[::1]"];
  for (const host of [...hosts, "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1"])
    for (const authority of [host, `${host}:${port}`]) {
      const { status, body } = await mirror.get(`http://${authority}/debian/pool/secret`);

      expect([authority, status >= 400, `${body}`.includes(SECRET)]).toEqual([authority, true, false]);
    }
  for (const location of [
    `${mirror.inside.url}/pool/secret`,
    `http://127.1:${port}/debian/pool/secret`,
    "http://169.254.169.254/latest/meta-data",
    "http://[::1]/debian/pool/secret",
    "file:///etc/passwd",
    "gopher://127.0.0.1/x",
  ]) {
    mirror.archive.misbehave((_, response) => !!response.writeHead(302, { location }).end());
    const { status, body } = await mirror.get("/debian/pool/any");

    expect([location, status, `${body}`.includes(SECRET)]).toEqual([location, 502, false]);
  }
  expect(mirror.inside.asked).toEqual([]);
});

test("a name that leads inside is not connected to, and neither is an address or a port that is not asked", async () => {
  const upstream = new Upstream({ via: "1.1 test", mayBePrivate: () => false });
  const ask = (url: string) => upstream.ask(url, { method: "GET" }).then(String, reason);

  expect(await ask("http://localhost/pool/secret")).toBe("localhost leads to no address outside");
  expect(await ask("https://localhost/pool/secret")).toBe("localhost leads to no address outside");
  expect(await ask("http://127.0.0.1/pool/secret")).toBe("127.0.0.1 is not an address outside");
  expect(await ask("http://[::1]/pool/secret")).toBe("::1 is not an address outside");
  expect(await ask("http://localhost:22/pool/secret")).toBe("localhost is not asked on port 22");
  upstream.stop();
});

test("machines of other networks are refused, and told to the operator", async () => {
  const mirror = await setUp({ subnets: [{ address: "10.9.0.1" as Ipv4, prefix: 24 }] });
  const { status } = await mirror.get(`/debian/${RELEASE}`);

  expect([status, mirror.archive.asked]).toEqual([403, []]);
  expect(mirror.events.at(-1)).toMatchObject({ kind: "mirror.refused", detail: { address: "127.0.0.1" } });
});

test("a mirror that is set to itself says so instead of going round", async () => {
  const mirror = await setUp();
  mirror.mirror.rules = {
    archives: [{ name: "debian", url: `${mirror.url}/debian` }],
    hosts: [],
    tunnels: [],
  };
  const { status, body } = await mirror.get("/debian/pool/a");

  expect([status, `${body}`]).toEqual([502, expect.stringContaining("status 508")]);
  expect(mirror.events.map(({ says }) => says).join()).toContain("set to the mirror itself");
});

test("a second request hidden in the body of the first is never answered as one", async () => {
  const { url } = await setUp();
  const hidden = `GET /debian/${RELEASE} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const both = `Content-Length: ${hidden.length}\r\nTransfer-Encoding: chunked\r\n`;
  for (const head of [
    both,
    "Transfer-Encoding: xchunked\r\n",
    "Content-Length: 5\r\nContent-Length: 6\r\n",
  ]) {
    const text = await said(url, `GET /debian/pool/a HTTP/1.1\r\nHost: x\r\n${head}\r\n0\r\n\r\n${hidden}`);

    expect(statuses(text)).toEqual(["400"]);
  }
});

test("only GET and HEAD are answered, an upload is not waited for, a hundred ranges give the file once", async () => {
  const { url, isAlive } = await setUp();
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"]) {
    const bomb = "Content-Encoding: gzip\r\nContent-Length: 9999999999\r\n";
    expect(
      statuses(await said(url, `${method} /debian/${RELEASE} HTTP/1.1\r\nHost: x\r\n${bomb}\r\n\0\0`, 100)),
    ).toEqual(["405"]);
  }
  const ranges = Array.from({ length: 100 }, (_, i) => `${i}-`).join(",");
  const text = await said(
    url,
    `GET /debian/${RELEASE} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nRange: bytes=${ranges}\r\n\r\n`,
  );

  expect([statuses(text), text.split("Origin: x").length]).toEqual([["200"], 2]);
  expect(await isAlive()).toBe(true);
});

test("a thousand slow clients of one address keep nobody else out, and do not stay", async () => {
  const mirror = await setUp();
  const slow: Socket[] = [];
  const closed: Promise<unknown>[] = [];
  for (let i = 0; i < 1000; i += 1) {
    const socket = connect({ port: mirror.port, host: HERE, localAddress: "127.0.0.66" });
    socket.on("error", () => {});
    closed.push(new Promise((resolve) => socket.once("close", resolve)));
    socket.write("G");
    slow.push(socket);
  }
  const gone = () => slow.filter((socket) => socket.destroyed).length;
  await expect.poll(gone, { timeout: 20_000 }).toBeGreaterThanOrEqual(900);

  expect(await mirror.isAlive()).toBe(true);
  for (const socket of slow) socket.destroy();
  await Promise.all(closed);
}, 30_000);

test("three thousand requests of garbage block nobody for long, and each event is plain text", async () => {
  const mirror = await setUp();
  const word = fc.constantFrom(
    "/debian/",
    "pool/",
    "dists/",
    "..",
    "%2e",
    "//",
    "\x1b]0;x\x07",
    "é",
    "%00",
    "http://",
    "a",
  );
  const target = fc.oneof(
    fc.array(word, { maxLength: 8 }).map((words) => words.join("")),
    fc.string(),
  );
  const seed = Date.now();
  const targets = fc.sample(target, { numRuns: 3000, seed });
  const longest = await longestBlock(async () => {
    for (let i = 0; i < targets.length; i += 50)
      await Promise.all(
        targets.slice(i, i + 50).map((one) => said(mirror.url, `GET ${one} HTTP/1.1\r\nHost: x\r\n\r\n`, 30)),
      );
  });

  expect([seed, longest < 500]).toEqual([seed, true]); // this process is the clients and the archive too
  expect(await mirror.isAlive()).toBe(true);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  expect(mirror.events.filter(({ says }) => /[\x00-\x1f\x7f-\x9f]/.test(says))).toEqual([]);
}, 60_000);
