import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Observed } from "../base/event.ts";
import { Fault, reason } from "../base/fault.ts";
import { contains, type Ipv4, readIpv4, type Subnet4 } from "../base/ipv4.ts";
import type { Mac } from "../base/mac.ts";
import { answerFile } from "./answer-file.ts";
import { openTunnels, type Tunnels } from "./answer-tunnel.ts";
import { routeOf } from "./core/route.ts";
import { mirrorUrls } from "./core/urls.ts";
import { endOf, refuse } from "./exchange.ts";
import type { Mirror } from "./mirror.ts";
import { type Say, sayTo } from "./say.ts";
import { openTally, type Tallies } from "./tally.ts";

export type DoorWish = {
  readonly mirror: Mirror;
  readonly address: Ipv4;
  readonly port: number;
  readonly subnets: readonly Subnet4[]; // whose machines are served
  readonly via: string; // our name in the Via header
  readonly observe: (event: Observed) => void;
  readonly now: () => number;
  readonly macAt?: (address: Ipv4) => Mac | undefined | Promise<Mac | undefined>;
  readonly quietMs?: number; // before a machine's loading is told
};
export type Door = { readonly port: number; readonly stop: () => Promise<void> };
type Inside = DoorWish & { readonly say: Say; readonly tallies: Tallies; readonly tunnel: Tunnels };

const MOST_CONNECTIONS = 512;
const MOST_OF_ONE = 64; // one machine keeps nobody else out
const SILENT_MS = 120_000;

/** The mirror on one segment's address: an HTTP proxy and a mirror in one. */
export async function openDoor(wish: DoorWish): Promise<Door> {
  const { mirror, address, observe, now, macAt = () => undefined, quietMs } = wish;
  const tallies = openTally({ observe, now, macAt, ...(quietMs !== undefined && { quietMs }) });
  const tunnel = openTunnels(mirror);
  const inside = { ...wish, say: sayTo(observe, now), tallies, tunnel };
  const server = createServer({ keepAliveTimeout: 15_000, headersTimeout: 10_000, requestTimeout: 30_000 });
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(SILENT_MS);
  const sockets = boundEach(server);
  server.on("request", (request, response) => {
    respond(inside, request, response).catch((error) => refuse(response, 500, `${reason(error)}.`));
  });
  server.on("connect", (request, socket: Socket) => void connect(inside, request, socket));
  server.on("clientError", (_, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    else socket.destroy();
  });
  const port = await listen(server, address, wish.port);
  return {
    port,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy(); // tunnels are not the server's any more
      await closed;
      await tallies.stop();
    },
  };
}

function listen(server: Server, address: Ipv4, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === "EADDRINUSE";
      reject(isTaken ? new Fault("mirror.port-in-use", { address, port: String(port) }, error) : error);
    });
    server.listen({ host: address, port, exclusive: true }, () => {
      resolve((server.address() as { port: number }).port);
    });
  });
}

/** All open connections; those of one address beyond its share are closed at once. */
function boundEach(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  const counts = new Map<string, number>();
  server.on("connection", (socket: Socket) => {
    const { remoteAddress = "" } = socket;
    const count = (counts.get(remoteAddress) ?? 0) + 1;
    counts.set(remoteAddress, count);
    sockets.add(socket);
    socket.on("error", () => {}); // its close is what is heard
    socket.once("close", () => {
      sockets.delete(socket);
      const left = counts.get(remoteAddress)! - 1;
      if (left > 0) counts.set(remoteAddress, left);
      else counts.delete(remoteAddress);
    });
    if (count > MOST_OF_ONE) socket.destroy();
  });
  return sockets;
}

async function respond(inside: Inside, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { mirror, say, tallies } = inside;
  const client = clientOf(inside, request.socket);
  const decline = (status: number, because: string) => {
    refuse(response, status, because);
    const who = client ?? request.socket.remoteAddress ?? "somebody";
    const what = `${request.method} ${request.url}`;
    const says = `${who} got status ${status} from the mirror for ${what}: ${because}`;
    say("mirror.refused", says, { address: who, asked: what.slice(0, 200), status, because });
  };
  if (client === undefined) return decline(403, "Only machines of this segment are served.");
  if (request.method !== "GET" && request.method !== "HEAD")
    return decline(405, "Only GET and HEAD are answered.");
  if (request.headers.via?.includes(inside.via))
    return decline(508, "This request came from here: the mirror's archive is set to the mirror itself.");
  if (request.url === "/") return refuse(response, 404, aboutUs(inside));
  const route = routeOf(request.url ?? "", mirror.rules);
  if (!route.ok) return decline(403, `${route.flaw}.`);
  const gone = endOf(request.socket);
  await answerFile({ mirror, request, response, gone, say, tally: tallies.of(client) }, route.value);
}

async function connect({ say, tunnel, ...inside }: Inside, request: IncomingMessage, socket: Socket) {
  const client = clientOf(inside, socket);
  if (client === undefined) return void socket.destroy();
  const because = await tunnel.answer(request, socket);
  const says = `${client} got no tunnel through the mirror to ${request.url}: ${because}`;
  if (because !== undefined) say("mirror.refused", says, { address: client, asked: request.url, because });
}

function clientOf({ subnets }: Pick<Inside, "subnets">, { remoteAddress = "" }: Socket): Ipv4 | undefined {
  const address = readIpv4(remoteAddress.replace(/^::ffff:/, ""));
  return address.ok && subnets.some((subnet) => contains(subnet, address.value)) ? address.value : undefined;
}

/** For a person with a browser or curl. */
function aboutUs({ address, port, mirror }: Inside): string {
  const { proxy } = mirrorUrls(address, port);
  const archives = mirror.rules.archives.map(({ name, url }) => `  ${proxy}${name}  ${url}`);
  const apt = `Acquire::http::Proxy "${proxy}";`;
  return [
    "This is Rackhand's mirror of Debian.",
    "",
    "Archives here:",
    ...archives,
    "",
    "For apt:",
    `  ${apt}`,
  ].join("\n");
}
