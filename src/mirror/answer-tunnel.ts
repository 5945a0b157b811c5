import type { IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { reason } from "../base/fault.ts";
import { duration } from "../base/units.ts";
import { isTunnel } from "./core/route.ts";
import { type Origin, readAuthority } from "./core/target.ts";
import type { Mirror } from "./mirror.ts";
import type { Upstream } from "./upstream.ts";

const OPEN_WITHIN_MS = 12_000;
const SILENT_MS = 120_000;
const MOST_TUNNELS = 64;

export type Tunnels = {
  readonly answer: (request: IncomingMessage, socket: Socket) => Promise<string | undefined>;
};

/** CONNECT to the hosts that the settings name, and to nobody else: what goes through cannot be looked at or kept. */
export function openTunnels(mirror: Mirror): Tunnels {
  let open = 0;
  const answer = async (request: IncomingMessage, socket: Socket): Promise<string | undefined> => {
    const asked = readAuthority("https", request.url ?? "");
    if (!asked.ok || !isTunnel(asked.value, mirror.rules)) return decline(socket, 403, NOT_MEANT);
    if (open >= MOST_TUNNELS) return decline(socket, 503, "Too many tunnels are open.");
    open += 1;
    try {
      const far = await dial(asked.value, mirror.upstream);
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      await both(socket, far);
      return undefined;
    } catch (error) {
      return decline(socket, 502, `${asked.value.host} cannot be reached: ${reason(error)}.`);
    } finally {
      open -= 1;
    }
  };
  return { answer };
}

const NOT_MEANT =
  "No tunnel (CONNECT) leads there: name an http:// mirror, or http://HTTPS///host/path, or add the host to tunnels under [mirror].";

function decline(socket: Socket, status: number, because: string): string {
  if (socket.writable)
    socket.end(
      `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${because}\n`,
    );
  return because;
}

function dial(origin: Origin, upstream: Upstream): Promise<Socket> {
  const { host, port } = origin;
  const far = connect({ host, port, lookup: upstream.guard(origin) });
  return new Promise((resolve, reject) => {
    const late = new Error(`no answer within ${duration(OPEN_WITHIN_MS)}`);
    const limit = setTimeout(() => far.destroy(late), OPEN_WITHIN_MS);
    far.once("error", reject).once("close", () => clearTimeout(limit));
    far.once("connect", () => {
      clearTimeout(limit);
      resolve(far);
    });
  });
}

/** Until one side has ended both ways, or nothing was said for long. */
async function both(near: Socket, far: Socket): Promise<void> {
  for (const socket of [near, far]) socket.setTimeout(SILENT_MS, () => socket.destroy());
  await Promise.allSettled([pipeline(near, far), pipeline(far, near)]);
}
