import { addressed, query } from "../../src/api/path.ts";
import { API, type Frame, type Question, type StreamName } from "../../src/api/table.ts";
import { backOff } from "../core/back-off.ts";

/** What the user of a stream is told. `frame` may come right after `cut`: the stream comes back by itself. */
export type OnStream<N extends StreamName> = {
  readonly frame: (frame: Frame<N>) => void;
  readonly cut: (because: string, nextTryAt: number) => void;
};
export type Stream = {
  readonly say: (frame: unknown) => void; // dropped while cut: nothing typed into the void is typed later
  readonly tryNow: () => void;
  readonly close: () => void;
};

const OPEN_WITHIN_MS = 10_000;

/** A WebSocket that comes back with growing pauses until it is closed. */
export function openStream<N extends StreamName>(row: N, question: Question<N>, on: OnStream<N>): Stream {
  const { path, rest } = addressed(row, question);
  const url = `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${path}${query(rest)}`;
  let socket: WebSocket | undefined;
  let timer: number | undefined;
  let tries = 0;
  let isClosed = false;

  const open = () => {
    clearTimeout(timer);
    const mine = new WebSocket(url);
    socket = mine;
    timer = window.setTimeout(() => mine.close(), OPEN_WITHIN_MS);
    mine.onopen = () => clearTimeout(timer);
    mine.onmessage = ({ data }) => {
      const frame = API[row].gives.safeParse(parsed(data));
      if (!frame.success) return mine.close(4000, "unreadable frame");
      tries = 0;
      on.frame(frame.data as Frame<N>);
    };
    mine.onclose = ({ code, reason }) => {
      if (isClosed || socket !== mine) return;
      clearTimeout(timer);
      const wait = backOff(tries, Math.random());
      tries += 1;
      on.cut(whyCut(code, reason), Date.now() + wait);
      timer = window.setTimeout(open, wait);
    };
  };
  open();

  return {
    say: (frame) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    },
    tryNow: () => {
      if (!isClosed && socket?.readyState === WebSocket.CLOSED) open();
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

function whyCut(code: number, reason: string): string {
  if (code === 4000) return "its words cannot be read: this page may be older than the service, reload it";
  return reason || "the service is away";
}
