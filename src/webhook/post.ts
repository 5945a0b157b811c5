import { createHmac } from "node:crypto";
import { request as plain } from "node:http";
import { request as secured } from "node:https";
import { reason } from "../base/fault.ts";
import { printable } from "../base/text.ts";
import { limitOf } from "../process/limit.ts";

export type Post = {
  readonly url: string;
  readonly secret: string;
  readonly id: string;
  readonly event: string;
  readonly body: string;
  readonly now: number;
  readonly signal: AbortSignal;
};
export type Posted =
  | { readonly ok: true; readonly address: string }
  | { readonly ok: false; readonly why: string; readonly address: string };

const WITHIN_MS = 10_000; // from the name to the answer's head

/** HMAC-SHA256 (RFC 2104) over the timestamp, a dot and the body: what was overheard cannot be sent again later. */
export const signature = (secret: string, timestamp: string, body: string): string =>
  `sha256=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;

/** One try. Any 2xx is taken; a redirect is refused, because nobody said that it may go elsewhere. */
export function post({ url, secret, id, event, body, now, signal }: Post): Promise<Posted> {
  const timestamp = `${Math.floor(now / 1000)}`;
  const bytes = Buffer.from(body);
  const headers = {
    "content-type": "application/json",
    "content-length": bytes.length,
    "user-agent": "rackhand",
    "x-rackhand-delivery": id,
    "x-rackhand-event": event,
    "x-rackhand-timestamp": timestamp,
    "x-rackhand-signature": signature(secret, timestamp, body),
  };
  const { signal: limit, clear } = limitOf(WITHIN_MS, signal);
  const open = url.startsWith("https:") ? secured : plain;
  const posted = new Promise<Posted>((resolve) => {
    let address = "";
    const failed = (why: string) => resolve({ ok: false, why: printable(why), address });
    const out = open(url, { method: "POST", headers, agent: false, signal: limit }, (response) => {
      const status = response.statusCode ?? 0;
      response.destroy(); // what it says is of no use to us
      if (status >= 200 && status < 300) resolve({ ok: true, address });
      else failed(status >= 300 && status < 400 ? `it redirects (${status})` : `it answers ${status}`);
    });
    out.on("socket", (socket) => {
      socket.once("connect", () => {
        address = socket.remoteAddress ?? "";
      });
    });
    out.on("error", (error) =>
      failed(limit.aborted && !signal.aborted ? `no answer within ${WITHIN_MS / 1000} s` : reason(error)),
    );
    out.end(bytes);
  });
  return posted.finally(clear);
}
