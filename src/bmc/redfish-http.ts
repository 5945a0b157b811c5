import { Agent, type RequestOptions, request } from "node:https";
import { connect, type TLSSocket } from "node:tls";
import { Fault, reason } from "../base/fault.ts";
import { limitOf } from "../process/limit.ts";
import type { BmcAddress } from "./bmc.ts";
import type { Pins } from "./pins.ts";
import { refused } from "./refusals.ts";

export type Asked = {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string; // of this BMC: a link was checked to be one
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};
export type Answered = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown; // parsed JSON; undefined: none
};
export type Http = { ask(asked: Asked, signal?: AbortSignal): Promise<Answered>; close(): void };

const ANSWERS_WITHIN_MS = 30_000;
const MOST_BYTES = 4 * 1024 * 1024; // a long event log has one

/**
 * HTTPS to one BMC. Their certificates are self-signed, so the first one seen is remembered, and no byte of
 * ours goes to another; what a BMC sends is bounded in size and time, and its redirects are not followed.
 */
export function openHttp(at: BmcAddress, pins: Pins, withinMs = ANSWERS_WITHIN_MS): Http {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  type Made = (failure: Error | null, socket?: TLSSocket) => void;
  const createConnection = (_: RequestOptions, made: Made) => {
    connectPinned(at, pins).then(
      (socket) => made(null, socket),
      (failure: Error) => made(failure),
    );
  };
  Object.assign(agent, { createConnection });
  return {
    ask: (asked, signal) => askOnce({ at, agent, withinMs }, asked, signal),
    close: () => agent.destroy(),
  };
}

async function connectPinned(at: BmcAddress, pins: Pins): Promise<TLSSocket> {
  const known = await pins.read(at.machine, at.address);
  const socket = await handshake(at);
  const found = socket.getPeerX509Certificate()?.fingerprint256;
  if (found === undefined) {
    socket.destroy();
    throw refused(at, "TLS", "it shows no certificate");
  }
  if (known === undefined) await pins.learn(at.machine, at.address, found);
  else if (known !== found) {
    socket.destroy();
    throw new Fault("bmc.changed", { machine: at.machine, address: at.address, what: "certificate", found });
  }
  return socket;
}

function handshake({ address: host, port }: BmcAddress): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    // no authority signs for a BMC: the pin is what it is checked by, and it is checked before anything is sent
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: ANSWERS_WITHIN_MS });
    socket.once("secureConnect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("error", reject);
    socket.once("timeout", () => socket.destroy(new Error("no TLS handshake in time")));
  });
}

type Line = { readonly at: BmcAddress; readonly agent: Agent; readonly withinMs: number };

function askOnce({ at, agent, withinMs }: Line, asked: Asked, signal?: AbortSignal): Promise<Answered> {
  const { address: host, port } = at;
  const body = asked.body === undefined ? undefined : JSON.stringify(asked.body);
  const headers = {
    Accept: "application/json",
    "OData-Version": "4.0",
    "Accept-Encoding": "identity", // nothing to unpack, so nothing that grows when unpacked
    ...(body !== undefined && {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
    }),
    ...asked.headers,
  };
  const { signal: limit, clear } = limitOf(withinMs, signal);
  const answered = new Promise<Answered>((resolve, reject) => {
    const fail = (failure: unknown) =>
      reject(signal?.aborted ? signal.reason : limit.aborted ? tooSlow(at, withinMs) : faultOf(failure, at));
    const sent = request({
      host,
      port,
      agent,
      method: asked.method,
      path: asked.path,
      headers,
      signal: limit,
    });
    sent.once("error", fail);
    sent.once("response", (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes > MOST_BYTES) sent.destroy(refused(at, asked.path, "its answer is longer than 4 MiB"));
      });
      answer.once("error", fail);
      answer.once("end", () => {
        try {
          const read = readBody(Buffer.concat(chunks), answer.headers["content-encoding"]);
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: read });
        } catch (failure) {
          fail(refused(at, asked.path, `its answer is not JSON: ${reason(failure)}`, failure));
        }
      });
    });
    sent.end(body);
  });
  return answered.finally(clear);
}

function readBody(bytes: Buffer, encoding: string | undefined): unknown {
  if (encoding !== undefined && encoding !== "identity") throw new Error(`it is encoded as ${encoding}`);
  const text = bytes.toString("utf8").trim();
  // some answer a change with an empty body or with a page: the read-back tells what came of it
  return text === "" || text.startsWith("<") ? undefined : JSON.parse(text);
}

const tooSlow = ({ machine }: BmcAddress, withinMs: number) =>
  new Fault("bmc.failed", { machine, act: "HTTPS", why: `no whole answer within ${withinMs / 1000} s` });

function faultOf(failure: unknown, at: BmcAddress): unknown {
  if (failure instanceof Fault) return failure;
  return new Fault("bmc.unreachable", at, failure);
}
