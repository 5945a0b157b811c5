import type { WebSocket } from "@fastify/websocket";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type ConsoleAsk, consoleAsk } from "../api/console.ts";
import { API, type Asked, type Frame } from "../api/table.ts";
import { asFailure } from "./failures.ts";
import { SlowViewer } from "./slow-viewer.ts";

export type Streams = {
  watch(asked: Asked<"watch">, send: (frame: Frame<"watch">) => void): Promise<() => void>;
  console(
    asked: Asked<"console">,
    send: (frame: Frame<"console">) => void,
  ): Promise<{ hear(ask: ConsoleAsk): void; close(): void }>;
};

const MOST_WAITING_BYTES = 4 * 1024 * 1024;
const PING_MS = 20_000;
/** RFC 6455 7.4.1: 1008 for a question that is refused, 1013 for a viewer that cannot keep up. */
const REFUSED = 1008;
const TOO_SLOW = 1013;
const MOST_REASON_BYTES = 123; // RFC 6455 5.5

/** The STREAM rows over WebSocket. */
export function answerStreams(app: FastifyInstance, streams: Streams): void {
  app.get(API.watch.path, { websocket: true, schema: { hide: true } }, (socket, request) => {
    void guarded(socket, async () => {
      const end = await streams.watch(API.watch.takes.parse(askedIn(request)), sender(socket));
      socket.on("close", end);
    });
  });
  app.get(API.console.path, { websocket: true, schema: { hide: true } }, (socket, request) => {
    const early: ConsoleAsk[] = [];
    let hear: (ask: ConsoleAsk) => void = (ask) => early.push(ask);
    socket.on("message", (bytes: Buffer) => {
      const ask = consoleAsk.safeParse(parsed(String(bytes)));
      if (ask.success) hear(ask.data);
      else socket.close(REFUSED, "not a console message");
    });
    void guarded(socket, async () => {
      const slow = new SlowViewer({
        send: sender(socket),
        waitingBytes: () => socket.bufferedAmount,
        redraw: () => hear({ do: "redraw" }),
      });
      socket.on("close", () => slow.stop());
      const viewing = await streams.console(API.console.takes.parse(askedIn(request)), (say) =>
        slow.hear(say),
      );
      for (const ask of early) viewing.hear(ask);
      hear = viewing.hear;
      socket.on("close", viewing.close);
      if (socket.readyState > socket.OPEN) viewing.close();
    });
  });
}

const askedIn = (request: FastifyRequest) => ({ ...Object(request.query), ...Object(request.params) });

const cutTo = (bytes: number, text: string): string =>
  new TextDecoder().decode(Buffer.from(text).subarray(0, bytes - 2));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // fails the shape, which closes the socket with a word
  }
}

function sender(socket: WebSocket): (frame: object) => void {
  return (frame) => {
    if (socket.bufferedAmount > MOST_WAITING_BYTES) socket.close(TOO_SLOW, "too slow; connect again");
    else socket.send(JSON.stringify(frame));
  };
}

async function guarded(socket: WebSocket, open: () => Promise<void>): Promise<void> {
  const ping = setInterval(() => socket.ping(), PING_MS);
  socket.on("close", () => clearInterval(ping));
  socket.on("error", () => socket.terminate());
  try {
    await open();
  } catch (error) {
    const { failure } = asFailure(error);
    socket.close(REFUSED, cutTo(MOST_REASON_BYTES, `${failure.says} ${failure.remedy}`));
  }
}
