import { type IncomingHttpHeaders, request } from "node:http";

export type Loaded = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly whole: boolean; // the answer ended as it said it would
};

/** One request as it is written; `target` may be an absolute address, as a proxy's client sends it. */
export function load(
  at: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  method = "GET",
): Promise<Loaded> {
  const { hostname, port } = new URL(at);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path: target, headers, method, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("error", () => {}); // told by `whole`
      response.on("close", () => {
        const { statusCode: status = 0, headers: told, complete: whole } = response;
        resolve({ status, headers: told, body: Buffer.concat(pieces), whole });
      });
    });
    asked.on("error", reject).end();
  });
}
