import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rawSaid } from "../support/raw-said.ts";
import { CLIMBING, GOOD, HERE, longestBlock, openTarget, SECRET, type Target } from "./boot-target.ts";

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

const said = (bytes: string, withinMs?: number) =>
  rawSaid({ host: HERE, port: target.http }, bytes, withinMs);
const ask = (path: string, headers = "") =>
  said(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`);
const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => match[1]);

async function isAlive(): Promise<boolean> {
  return (await ask("/good")).endsWith(GOOD.toString("latin1"));
}

test.each(CLIMBING)("the path /%s is refused and nothing of what is outside comes", async (name) => {
  const text = await ask(`/${name.replaceAll(/[ -\x20\u0100-\uffff]/g, "?")}`);

  expect(statuses(text)[0]).toMatch(/^(400|403|404)$/);
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain(target.home);
});

test("a NUL, a foreign host in the target and an absolute address lead nowhere else", async () => {
  expect(statuses(await ask("/good%00.txt"))).toEqual(["403"]);
  expect(statuses(await ask("//elsewhere/good"))).toEqual(["404"]);
  expect(statuses(await ask("http://elsewhere/../secret"))).toEqual(["403"]);
});

test("a second request hidden in the body of the first is never answered as one", async () => {
  const hidden = "GET /../secret HTTP/1.1\r\nHost: x\r\n\r\n";
  const both = `Content-Length: ${hidden.length}\r\nTransfer-Encoding: chunked\r\n`;
  for (const head of [
    both,
    "Transfer-Encoding: xchunked\r\n",
    "Content-Length: 5\r\nContent-Length: 6\r\n",
  ]) {
    const text = await said(`GET /good HTTP/1.1\r\nHost: x\r\n${head}\r\n0\r\n\r\n${hidden}`);

    expect(statuses(text)[0]).toBe("400");
    expect(text).not.toContain(SECRET);
  }
  const bare = await said("GET /good HTTP/1.1\nHost: x\nX: a\n\tb\n\n");
  expect(statuses(bare).length).toBeLessThanOrEqual(1);
});

test("a hundred ranges in one request give the file once", async () => {
  const ranges = Array.from({ length: 100 }, (_, i) => `${i}-`).join(",");

  const text = await ask("/good", `Range: bytes=${ranges}\r\n`);

  expect(text.length).toBeLessThan(GOOD.length + 500);
  expect(statuses(text)).toEqual(["200"]);
});

test("a head of a megabyte is refused, and a body is not waited for", async () => {
  expect(statuses(await ask("/good", `X: ${"a".repeat(1_000_000)}\r\n`))).toEqual(["400"]);
  const bomb = `PUT /good HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 9999999999\r\n\r\n`;
  expect(statuses(await said(`${bomb}${"\0".repeat(1000)}`))).toEqual(["405"]);
  expect(await isAlive()).toBe(true);
});

test("only GET and HEAD are answered", async () => {
  for (const method of ["POST", "DELETE", "PROPFIND", "OPTIONS", "TRACE"])
    expect(statuses(await said(`${method} /good HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`))).toEqual([
      "405",
    ]);
});

test("four hundred clients that send one byte and wait keep nobody else from being served", async () => {
  const slow: Socket[] = [];
  for (let i = 0; i < 400; i += 1) {
    const socket = connect(target.http, HERE);
    socket.on("error", () => {});
    socket.write("G");
    slow.push(socket);
  }

  expect(await isAlive()).toBe(true);
  for (const socket of slow) socket.destroy();
  await expect.poll(isAlive).toBe(true);
});

test("a client that reads nothing is no burden to others", async () => {
  const lazy = Array.from({ length: 50 }, () => {
    const asked = request({ host: HERE, port: target.http, path: "/good" }, (response) => response.pause());
    asked.on("error", () => {}).end();
    return asked;
  });

  expect(await isAlive()).toBe(true);
  for (const asked of lazy) asked.destroy();
});

test("two thousand lines of garbage block nobody for 50 ms", async () => {
  const longest = await longestBlock(async () => {
    for (let i = 0; i < 2000; i += 100)
      await Promise.all(
        Array.from({ length: 100 }, (_, k) => said(`\x16\x03${"\xff".repeat((i + k) % 300)}\r\n\r\n`)),
      );
  });

  expect(longest).toBeLessThan(100); // this process is the clients too
  expect(await isAlive()).toBe(true);
});

test("a path of terminal codes reaches events as text", async () => {
  const before = target.events.length;
  await ask("/%1b%5d0;owned%07%0aforged");

  const told = target.events.slice(before).map(({ says }) => says);
  expect(told.join("")).toContain("forged");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  expect(told.some((says) => /[\x00-\x1f\x7f-\x9f]/.test(says))).toBe(false);
});
