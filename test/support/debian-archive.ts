import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { onTestFinished } from "vitest";
import { archiveKey } from "../../src/image/testing/openpgp.ts";

export type Answer = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;
/** An HTTP archive from a table of files, as apt's mirrors are: dates, ranges, and whatever a test does to it. */
export type Archive = {
  readonly url: string;
  readonly files: Map<string, Buffer>;
  readonly asked: string[]; // "GET path", "GET path 304", "GET path from N"
  /** Answers in place of the table where it says true. */
  misbehave(answer: Answer | undefined): void;
  down(): Promise<void>;
  up(): Promise<void>;
};

const SINCE = new Date("2026-01-01T00:00:00Z").toUTCString();

export async function openArchive(files = new Map<string, Buffer>(), hasDates = true): Promise<Archive> {
  const asked: string[] = [];
  let odd: Answer | undefined;
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url!.replace(/^\/debian\//, ""));
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const bytes = files.get(path);
    const tag = bytes && `"${sha256(bytes).slice(0, 16)}"`;
    const isSame = hasDates && tag !== undefined && request.headers["if-none-match"] === tag;
    asked.push(`${request.method} ${path}${isSame ? " 304" : ""}${from > 0 ? ` from ${from}` : ""}`);
    if (odd?.(request, response, path)) return;
    if (bytes === undefined) return void response.writeHead(404).end("no such file");
    const dates = hasDates ? { etag: tag!, "last-modified": SINCE } : {};
    if (isSame) return void response.writeHead(304, dates).end();
    const range = from > 0 ? { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {};
    const head = { "content-length": bytes.length - from, "content-type": "application/x-test" };
    response.writeHead(from > 0 ? 206 : 200, { ...head, ...dates, ...range });
    response.end(request.method === "HEAD" ? undefined : bytes.subarray(from));
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const down = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(async () => {
    if (server.listening) await down();
  });
  const misbehave = (answer: Answer | undefined) => {
    odd = answer;
  };
  return { url: `http://127.0.0.1:${port}/debian`, files, asked, misbehave, down, up: () => listen(port) };
}

/** A signed archive of one suite with packages that apt installs, and the keyring for it. */
export function packedArchive(
  names: readonly string[],
  packing: "gz" | "xz" = "gz",
): { files: Map<string, Buffer>; keyring: Buffer } {
  const home = mkdtempSync(join(tmpdir(), "rackhand-archive-"));
  try {
    const files = new Map<string, Buffer>();
    const stanzas = names.map((name) => {
      const deb = packed(home, name);
      const path = `pool/main/${name[0]}/${name}/${name}_1.0+b1_all.deb`;
      files.set(path, deb);
      return `Package: ${name}\nVersion: 1.0+b1\nArchitecture: all\nMaintainer: Test <test@example.org>
Description: test\nFilename: ${path}\nSize: ${deb.length}\nSHA256: ${sha256(deb)}\n`;
    });
    return { files, keyring: signed(files, stanzas.join("\n"), packing) };
  } finally {
    rmSync(home, { recursive: true });
  }
}

/** Puts index and Release file in, and gives the keyring that they are signed with. */
function signed(files: Map<string, Buffer>, packages: string, packing: "gz" | "xz"): Buffer {
  const key = archiveKey("Test <test@example.org>");
  const index = `main/binary-amd64/Packages.${packing}`;
  const bytes = packing === "gz" ? gzipSync(packages) : spawnSync("xz", ["-c"], { input: packages }).stdout;
  const release = [
    ...["Origin: Test", "Suite: stable", "Codename: bookworm", "Components: main", "Architectures: amd64"],
    "Acquire-By-Hash: yes",
    "Date: Sat, 11 Jul 2026 10:16:37 UTC",
    "SHA256:",
    ` ${sha256(bytes)} ${bytes.length} ${index}`,
    ` ${sha256(Buffer.from(packages))} ${packages.length} ${index.slice(0, -3)}`, // apt looks for this name
    "",
  ].join("\n");
  files.set(`dists/bookworm/${index}`, bytes);
  files.set(`dists/bookworm/main/binary-amd64/by-hash/SHA256/${sha256(bytes)}`, bytes);
  files.set("dists/bookworm/InRelease", Buffer.from(key.clearSign(release)));
  return Buffer.from(key.keyring);
}

function packed(home: string, name: string): Buffer {
  const tree = join(home, name);
  mkdirSync(join(tree, "DEBIAN"), { recursive: true });
  mkdirSync(join(tree, "usr/share", name), { recursive: true });
  writeFileSync(
    join(tree, "usr/share", name, "words"),
    createHash("sha256").update(name).digest("hex").repeat(3000),
  );
  const control = `Package: ${name}\nVersion: 1.0+b1\nArchitecture: all\nMaintainer: Test <test@example.org>\nDescription: test\n`;
  writeFileSync(join(tree, "DEBIAN/control"), control);
  const deb = join(home, `${name}.deb`);
  const built = spawnSync("dpkg-deb", ["-Znone", "--root-owner-group", "-b", tree, deb], {
    encoding: "utf8",
  });
  if (built.status !== 0) throw new Error(built.stderr);
  return readFileSync(deb);
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
