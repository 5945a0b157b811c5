import type { WebSocket } from "ws";
import { type ConsoleAsk, type ConsoleSay, consoleAsk } from "../../src/api/console.ts";

/** A console whose machine echoes: one writer, many viewers, as the real one promises. */
export type PretendConsole = {
  readonly join: (socket: WebSocket, who: string) => void;
  readonly say: (text: string) => void; // the machine says something
  readonly line: (attached: boolean, because: string | null) => void;
  readonly hangUp: () => void;
  readonly typed: () => string; // all that reached the machine
  readonly breaks: () => number;
};

type Viewer = { readonly id: string; readonly who: string; readonly socket: WebSocket };

export function pretendConsole(): PretendConsole {
  const viewers = new Set<Viewer>();
  let writer: Viewer | undefined;
  let line: ConsoleSay & { is: "line" } = { is: "line", attached: true, because: null };
  let seen = "";
  let typed = "";
  let breaks = 0;
  let count = 0;

  const tell = ({ socket }: Viewer, say: ConsoleSay) => socket.send(JSON.stringify(say));
  const tellWriter = (to: Iterable<Viewer> = viewers) => {
    const named = writer ? { viewer: writer.id, who: writer.who } : null;
    for (const viewer of to) tell(viewer, { is: "writer", writer: named, you: viewer === writer });
  };
  const say = (text: string) => {
    seen += text;
    for (const viewer of viewers) tell(viewer, { is: "bytes", data: Buffer.from(text).toString("base64") });
  };

  const asks = (viewer: Viewer, ask: ConsoleAsk) => {
    if (ask.do === "take" || (ask.do === "leave" && writer === viewer)) {
      writer = ask.do === "take" ? viewer : undefined;
      return tellWriter();
    }
    if (writer !== viewer)
      return tell(viewer, { is: "refused", says: "You do not have the keyboard.", remedy: "Take it over." });
    if (ask.do === "break") breaks += 1;
    if (ask.do !== "type") return;
    const text = Buffer.from(ask.data, "base64").toString();
    typed += text;
    say(text.replaceAll("\r", "\r\n"));
  };

  return {
    join: (socket, who) => {
      count += 1;
      const viewer = { id: `v${count}`, who, socket };
      viewers.add(viewer);
      socket.on("message", (data) => asks(viewer, consoleAsk.parse(JSON.parse(String(data)))));
      socket.on("close", () => {
        viewers.delete(viewer);
        if (writer !== viewer) return;
        writer = undefined;
        tellWriter();
      });
      tell(viewer, { is: "screen", data: seen, columns: 80, rows: 24, viewer: viewer.id });
      tell(viewer, line);
      tellWriter([viewer]);
    },
    say,
    line: (attached, because) => {
      line = { is: "line", attached, because };
      for (const viewer of viewers) tell(viewer, line);
    },
    hangUp: () => {
      for (const { socket } of viewers) socket.terminate();
    },
    typed: () => typed,
    breaks: () => breaks,
  };
}
