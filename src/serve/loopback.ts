import type { FastifyInstance } from "fastify";
import { Fault } from "../base/fault.ts";

const HEADERS = {
  "content-security-policy":
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;

/** Whether a Host or Origin names this machine itself. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, "");
  return name === "localhost" || name === "[::1]" || /^127(\.\d{1,3}){3}$/.test(name);
}

/**
 * Without people and passwords only programs of this machine may ask. A page from elsewhere in this machine's
 * browser is not one of them: its Origin, or a name it bound to 127.0.0.1 (DNS rebinding), gives it away.
 */
export function guardLoopback(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(HEADERS);
    const { origin, host = "" } = request.headers;
    const sameOrigin = origin === undefined || origin === `http://${host}`;
    if (isLoopback(host) && sameOrigin) return;
    throw new Fault("use.wrong", {
      what: "The service answers programs of its own machine only.",
      verb: "serve",
    });
  });
}
