import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Mirror } from "./mirror.ts";
import type { Say } from "./say.ts";
import type { Tally } from "./tally.ts";

/** One request and all that its answer needs. */
export type Exchange = {
  readonly mirror: Mirror;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly gone: AbortSignal; // the asker's connection
  readonly say: Say;
  readonly tally: Tally;
};

/** A connection's end: with pipelined requests most answers are not attached to it and never hear of it. */
export function endOf(socket: Socket): AbortSignal {
  const known = ends.get(socket);
  if (known !== undefined) return known;
  const ending = new AbortController();
  const end = () => ending.abort(new Error("the client hung up"));
  if (socket.destroyed) end();
  else socket.once("close", end);
  ends.set(socket, ending.signal);
  return ending.signal;
}
const ends = new WeakMap<Socket, AbortSignal>();

/** A sentence for a person at the other end: apt and wget print the status, curl the body. */
export function refuse(response: ServerResponse, status: number, because: string): void {
  if (response.headersSent) return void response.destroy();
  const text = `${because}\n`;
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
    ...(status === 405 && { Allow: "GET, HEAD" }),
  });
  response.end(text);
}
