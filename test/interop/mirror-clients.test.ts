import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { openArchive, sha256 } from "../support/debian-archive.ts";
import { load } from "../support/load.ts";
import { openTestMirror } from "../support/mirror-door.ts";

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const TSX = ["--import", import.meta.resolve("tsx")];
const DEB = Buffer.concat([
  Buffer.from("!<arch>\n"),
  Buffer.from(Uint8Array.from({ length: 900_000 }, (_, i) => (i * 7 + (i >> 8)) & 255)),
]);
const POOL = "pool/main/a/a_1+b1~rc_all.deb";

function scratch(): string {
  const home = mkdtempSync(join(tmpdir(), "rackhand-mirror-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  return home;
}

test.each([
  ["wget", ["wget", "-q", "-O"]],
  ["busybox wget, as the installer does", ["busybox", "wget", "-q", "-O"]],
  ["curl", ["curl", "-sf", "-o"]],
])("%s loads through the proxy, and a rest of it where it can", async (name, argv) => {
  const archive = await openArchive(new Map([[POOL, DEB]]));
  const { url, mirror } = await openTestMirror({ archives: [{ name: "debian", url: archive.url }] });
  const to = join(scratch(), "file");
  const [program, ...first] = argv;
  const env = { ...process.env, http_proxy: `${url}/` };
  const address = `http://ftp.de.debian.org/debian/${POOL}`;

  await run(program!, [...first, to, address], { env, timeout: 20_000 });
  expect(sha256(readFileSync(to))).toBe(sha256(DEB));

  await expect.poll(() => mirror.cache.held.files).toBe(1);
  execFileSync("truncate", ["-s", "500000", to]);
  if (name !== "curl") await run(program!, [...first.slice(0, -1), "-c", "-O", to, address], { env });
  else await run("curl", ["-sf", "-C", "-", "-o", to, address], { env });
  expect(sha256(readFileSync(to))).toBe(sha256(DEB));
  expect(archive.asked).toEqual([`GET ${POOL}`]);
});

test("a kept file of many pieces reaches a slow machine whole", async () => {
  const whole = Buffer.from(Uint8Array.from({ length: 12_000_000 }, (_, i) => (i * 7 + (i >> 18)) & 255));
  whole.write("!<arch>\n");
  const archive = await openArchive(new Map([[POOL, whole]]));
  const { url, mirror } = await openTestMirror({ archives: [{ name: "debian", url: archive.url }] });
  await load(url, `/debian/${POOL}`);
  await expect.poll(() => mirror.cache.held.files).toBe(1);

  const answer = await new Promise<IncomingMessage>((resolve) => get(`${url}/debian/${POOL}`, resolve));
  const hash = createHash("sha256");
  for await (const bytes of answer as AsyncIterable<Buffer>) {
    hash.update(bytes);
    await setImmediate();
  }

  expect(hash.digest("hex")).toBe(sha256(whole));
});

async function startMirror(directory: string, rules: object, env: NodeJS.ProcessEnv = {}) {
  const entry = join(import.meta.dirname, "../support/mirror-process.ts");
  const args = [...TSX, entry, directory, JSON.stringify({ hosts: [], tunnels: [], ...rules })];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  for await (const line of createInterface(child.stdout)) {
    const port = /^port (\d+)$/.exec(line)?.[1];
    if (port !== undefined) return { child, url: `http://127.0.0.1:${port}` };
  }
  throw new Error("it did not start");
}

function killed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

test("killed in the middle of a file it has nothing of it afterwards, and what was whole before", async () => {
  const directory = scratch();
  const archive = await openArchive(new Map([["pool/whole.deb", DEB]]));
  const rules = { archives: [{ name: "debian", url: archive.url }] };
  const first = await startMirror(directory, rules);
  await load(first.url, "/debian/pool/whole.deb");
  await expect.poll(() => readdirSync(join(directory, "files")).length).toBe(1);
  archive.misbehave((_, response) => {
    response.writeHead(200, { "content-length": DEB.length });
    return response.write(DEB.subarray(0, 500_000)) || true;
  });
  const half = load(first.url, `/debian/${POOL}`).catch(() => undefined);
  await expect.poll(() => readdirSync(join(directory, "coming")).length).toBe(1);
  await killed(first.child);
  await half;
  archive.misbehave(undefined);
  archive.files.set(POOL, DEB);
  const { url } = await startMirror(directory, rules);
  expect(readdirSync(join(directory, "coming"))).toEqual([]);
  const [whole, again] = [await load(url, "/debian/pool/whole.deb"), await load(url, `/debian/${POOL}`)];

  expect([whole, again].map(({ body }) => sha256(body))).toEqual([sha256(DEB), sha256(DEB)]);
  expect([whole, again].map(({ headers }) => headers["cache-status"])).toEqual([
    "rackhand; hit",
    "rackhand; fwd=miss",
  ]);
}, 60_000);

test("an archive behind https is kept for machines that speak only http", async () => {
  const home = scratch();
  const files = ["-keyout", join(home, "key.pem"), "-out", join(home, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject, ...files],
    {
      stdio: "ignore",
    },
  );
  const [key, cert] = [readFileSync(join(home, "key.pem")), readFileSync(join(home, "cert.pem"))];
  let asked = 0;
  const server = createServer({ key, cert }, (_, response) => {
    asked += 1;
    response.end(DEB);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const authority = `localhost:${(server.address() as AddressInfo).port}`;
  const rules = { archives: [{ name: "debian", url: `https://${authority}/debian` }], hosts: [authority] };
  const { url } = await startMirror(join(home, "state"), rules, {
    NODE_EXTRA_CA_CERTS: join(home, "cert.pem"),
  });
  const own = await load(url, `/debian/${POOL}`);
  await expect.poll(() => readdirSync(join(home, "state/files")).length).toBe(1);
  const proxied = await load(url, `http://HTTPS///${authority}/debian/${POOL}`);

  expect([own, proxied].map(({ status, body }) => [status, sha256(body)])).toEqual(
    Array(2).fill([200, sha256(DEB)]),
  );
  expect(asked).toBe(1);
}, 60_000);

test.skipIf(!isRoot)("on a full disk a file goes through, is told, and nothing half stays", async () => {
  const directory = scratch();
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=600k", "tmpfs", directory]);
  onTestFinished(() => void execFileSync("umount", ["-l", directory]));
  const archive = await openArchive(new Map([[POOL, DEB]]));
  const wish = { directory, reserveBytes: -1e9, archives: [{ name: "debian", url: archive.url }] };
  const { url, cache, events } = await openTestMirror(wish);
  const loaded = await Promise.all([1, 2, 3].map(() => load(url, `/debian/${POOL}`)));

  expect(loaded.map(({ status, body }) => [status, sha256(body)])).toEqual(Array(3).fill([200, sha256(DEB)]));
  expect(events.filter(({ kind }) => kind === "mirror.unkept")).toEqual([
    expect.objectContaining({ says: expect.stringContaining("ENOSPC") }),
  ]);
  await expect.poll(() => readdirSync(join(directory, "coming"))).toEqual([]);
  expect(cache.held).toEqual({ bytes: 0, files: 0 });
});

test("what must stay free on the disk stays free", async () => {
  const archive = await openArchive(new Map([[POOL, DEB]]));
  const wish = { reserveBytes: 1e18, archives: [{ name: "debian", url: archive.url }] };
  const { url, cache } = await openTestMirror(wish);
  const { body } = await load(url, `/debian/${POOL}`);

  expect([sha256(body), cache.held.files]).toEqual([sha256(DEB), 0]);
});

test("a tunnel leads where the settings say, and nowhere else", async () => {
  const echo = createTcpServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void echo.close());
  const there = `localhost:${(echo.address() as AddressInfo).port}`;
  const { url } = await openTestMirror({ tunnels: [there, "localhost"] });
  const tunnel = (to: string, words = "") =>
    new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      let said = "";
      socket.on("data", (bytes) => {
        said += bytes;
        if (said.endsWith("\r\n\r\n") && words !== "") socket.end(words);
      });
      socket.on("close", () => resolve(said)).on("error", () => {});
      socket.write(`CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n`);
    });

  expect(await tunnel(there, "said through it")).toMatch(/^HTTP\/1.1 200 .*\r\n\r\nsaid through it$/s);
  expect(await tunnel("ftp.de.debian.org:443")).toMatch(
    /^HTTP\/1.1 403 .*No tunnel \(CONNECT\) leads there/s,
  );
  expect(await tunnel("localhost:22")).toMatch(/^HTTP\/1.1 403 /);
  expect(await tunnel("127.0.0.1:443")).toMatch(/^HTTP\/1.1 403 /);
  expect(await tunnel("localhost:443")).toMatch(/^HTTP\/1.1 502 .*localhost cannot be reached/s); // nobody listens
});
