import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Observed } from "../base/event.ts";
import type { Ipv4 } from "../base/ipv4.ts";
import { knownClients } from "./clients.ts";
import { memoryLeases } from "./core/leases.ts";
import { openHttp } from "./http-boot.ts";
import type { BootWorld } from "./world.ts";

const HERE = "127.0.0.1" as Ipv4;
const root = mkdtempSync(join(tmpdir(), "http-boot-"));
const big = Buffer.from(Uint8Array.from({ length: 1_000_003 }, (_, i) => (i * 7 + (i >> 8)) & 255));
const events: Observed[] = [];
const sent: [string, number][] = [];
let http: Awaited<ReturnType<typeof openHttp>>;

beforeAll(async () => {
  writeFileSync(join(root, "big"), big);
  execFileSync("mkfifo", [join(root, "fifo")]);
  const leases = memoryLeases({ from: HERE, to: HERE }, () => 0);
  const world: BootWorld = {
    segment: {
      name: "test",
      interface: "lo",
      subnet: { address: HERE, prefix: 8 },
      pool: { from: HERE, to: HERE },
      answerSolicitations: false,
      leaseSeconds: 60,
    },
    leases,
    machineOf: () => undefined,
    fileFor: (_, path) => {
      if (path === "broken") throw new Error("no image");
      if (path === "menu.ipxe") return { is: "bytes", bytes: Buffer.from("#!ipxe\n") };
      return { is: "file", root, path };
    },
    converse: (_, method, path) => {
      if (path === "talk/refused") return { status: 410 };
      if (path !== "talk") return undefined;
      return async ({ body, header }) => ({
        ...{ status: 200, headers: { "X-Errand": "e1" } },
        body: Buffer.from(`${method} ${header("x-exit")} ${Buffer.from(body)}`),
      });
    },
    transferred: (_, path, bytes) => sent.push([path, bytes]),
    observe: (event) => events.push(event),
    now: Date.now,
  };
  http = await openHttp(world, knownClients(leases), 0);
});
afterAll(async () => {
  await http.stop();
  rmSync(root, { recursive: true });
});

type Got = { status: number; headers: Record<string, unknown>; body: Buffer };
function ask(
  path: string,
  method = "GET",
  headers: Record<string, string> = {},
  body = Buffer.alloc(0),
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: HERE, port: http.port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    asked.on("error", reject).end(body);
  });
}

test("a file arrives whole, with its length and type, and is told of", async () => {
  const { status, headers, body } = await ask("/big");

  expect([status, headers["content-length"], headers["content-type"]]).toEqual([
    200,
    "1000003",
    "application/octet-stream",
  ]);
  expect(body.equals(big)).toBe(true);
  await expect.poll(() => sent).toContainEqual(["big", 1_000_003]);
  expect(events.at(-1)).toMatchObject({ kind: "http.ended", detail: { outcome: "whole", bytes: 1_000_003 } });
});

test("HEAD tells the length and sends nothing, and counts as no transfer", async () => {
  const before = sent.length;

  const { status, headers, body } = await ask("/menu.ipxe", "HEAD");

  expect([status, headers["content-length"], body.length, sent.length]).toEqual([200, "7", 0, before]);
});

test("a part is a part", async () => {
  const { status, headers, body } = await ask("/big", "GET", { Range: "bytes=300000-699999" });

  expect([status, headers["content-range"]]).toEqual([206, "bytes 300000-699999/1000003"]);
  expect(body.equals(big.subarray(300_000, 700_000))).toBe(true);
  expect((await ask("/big", "GET", { Range: "bytes=2000000-" })).status).toBe(416);
});

test("what cannot be given has the status that says why", async () => {
  const before = events.length;
  const statuses = {
    "/none": 404,
    "/fifo": 403,
    "/%2e%2e/x": 403,
    "/../../etc/passwd": 403,
    "/broken": 500,
    "/%ff": 400,
  };

  for (const [path, status] of Object.entries(statuses))
    expect([path, (await ask(path)).status]).toEqual([path, status]);
  expect((await ask("/big", "PUT")).status).toBe(405);
  expect(events.slice(before).map(({ kind }) => kind)).toEqual(Array(7).fill("http.refused"));
});

test("what is no request for a file is heard whole and answered, up to its bound; it counts as no transfer", async () => {
  const before = [sent.length, events.length];

  const said = await ask("/talk", "POST", { "X-Exit": "3" }, Buffer.from("the end"));

  expect([said.status, said.headers["x-errand"], said.body.toString()]).toEqual([
    ...[200, "e1", "POST 3 the end"],
  ]);
  expect((await ask("/talk", "POST", {}, Buffer.alloc(70_000))).status).toBe(200);
  expect((await ask("/talk", "POST", {}, Buffer.alloc(100_000))).status).toBe(413);
  expect((await ask("/talk/refused", "POST")).status).toBe(410);
  expect([sent.length, events.length]).toEqual(before);
});

test("a client that hangs up in the middle is told of as such", async () => {
  const socket = connect(http.port, HERE);
  socket.on("error", () => {});
  socket.write("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  socket.once("data", () => socket.destroy());

  await expect
    .poll(() => events.at(-1)!.detail?.outcome ?? "", { timeout: 5000 })
    .toMatch(/broken off|whole/);
});

test("a line that is no HTTP gets status 400", async () => {
  const socket = connect(http.port, HERE);
  const said = new Promise<string>((resolve) => socket.once("data", (bytes) => resolve(bytes.toString())));
  socket.write("\x16\x03\x01 garbage\r\n\r\n");

  expect(await said).toContain("400 Bad Request");
  socket.destroy();
});
