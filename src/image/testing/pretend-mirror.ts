import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export type PretendMirror = {
  readonly url: string;
  readonly files: Map<string, Uint8Array | string>; // by path; changing it changes the mirror
  readonly asked: string[]; // "GET path" or "GET path from N"
  /** The next answers with this file's bytes end after so many of them, with the connection, or in silence. */
  cut(path: string, after: readonly number[], how?: "broken" | "silent"): void;
};

/** A mirror over HTTP from a table of files, with ranges, and with connections that break. */
export async function pretendMirror(files: Map<string, Uint8Array | string>): Promise<PretendMirror> {
  const asked: string[] = [];
  const cuts = new Map<string, { after: number[]; how: string }>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url!.replace(/^\/debian\//, ""));
    const file = files.get(path);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    asked.push(`${request.method} ${path}${from > 0 ? ` from ${from}` : ""}`);
    if (file === undefined) return void response.writeHead(404).end();
    const bytes = Buffer.from(file as string);
    const rest = bytes.subarray(from);
    if (from > bytes.length) return void response.writeHead(416).end();
    const range = from > 0 ? { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {};
    response.writeHead(from > 0 ? 206 : 200, { "content-length": rest.length, ...range });
    if (request.method === "HEAD") return void response.end();
    const cut = cuts.get(path);
    const after = cut?.after.shift();
    if (after === undefined) return void response.end(rest);
    // A client throws away what it had not read yet when the connection broke: it gets the time to read.
    const broken = () => setTimeout(() => response.destroy(), 100);
    response.write(rest.subarray(0, after), cut?.how === "silent" ? () => {} : broken);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/debian`;
  return {
    url,
    files,
    asked,
    cut: (path, after, how = "broken") => void cuts.set(path, { after: [...after], how }),
  };
}
