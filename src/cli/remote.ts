import WebSocket from "ws";
import { addressed, query } from "../api/path.ts";
import { type Answer, API, type CallName, failure, type Question } from "../api/table.ts";
import { Fault, toldFault } from "../base/fault.ts";
import type { Asks } from "./world.ts";

const ANSWER_WITHIN_MS = 180_000;

/** Asks a running service over HTTP and WebSocket. */
export function remote(url: string, who = "somebody"): Asks {
  return {
    async ask<N extends CallName>(row: N, question: Question<N>): Promise<Answer<N>> {
      const { verb } = API[row];
      const shutsDownMs = "softSeconds" in question ? Number(question.softSeconds) * 1000 : 0;
      const { path, rest } = addressed(row, question);
      const inBody = verb === "POST";
      const request = {
        method: verb,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS + shutsDownMs),
        headers: {
          "x-rackhand-who": encodeURIComponent(who),
          ...(inBody && { "content-type": "application/json" }),
        },
        ...(inBody && { body: JSON.stringify(rest) }),
      };
      const response = await fetch(`${url}${path}${inBody ? "" : query(rest)}`, request).catch(
        (error: unknown) => {
          throw new Fault("service.unreachable", { url }, error);
        },
      );
      const body: unknown = await response.json();
      if (!response.ok) throw faultIn(body);
      return body as Answer<N>;
    },

    stream(row, question, on) {
      const { path, rest } = addressed(row, question);
      const socket = new WebSocket(`${url.replace(/^http/, "ws")}${path}${query(rest)}`);
      return new Promise((resolve, reject) => {
        socket.on("open", () => {
          resolve({ send: (ask) => socket.send(JSON.stringify(ask)), close: () => socket.close() });
        });
        socket.on("message", (bytes) => on.frame(JSON.parse(String(bytes))));
        socket.on("error", (error) => reject(new Fault("service.unreachable", { url }, error)));
        socket.on("close", (_code, why) => on.closed(String(why) || "the service closed the connection"));
      });
    },
  };
}

function faultIn(body: unknown): Fault {
  const read = failure.safeParse(body);
  if (read.success) return toldFault(read.data);
  return new Fault("service.failed", { why: "its answer is not that of a rackhand service" });
}
