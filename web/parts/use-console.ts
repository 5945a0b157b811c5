import { type RefObject, useCallback, useEffect, useReducer, useRef } from "react";
import type { ConsoleAsk, ConsoleSay } from "../../src/api/console.ts";
import { openStream, type Stream } from "../ask/stream.ts";
import { fromBase64, toBase64 } from "../core/base64.ts";
import { type ConsoleView, onTyping, stepConsole, UNSEEN } from "../core/console-view.ts";
import { useLatest } from "../store.ts";
import type { Screen } from "./screen.ts";
import { type OnTerminal, useScreen } from "./use-screen.ts";

export type Console = {
  readonly view: ConsoleView;
  readonly screen: Screen | undefined; // undefined until the terminal has loaded
  readonly ask: (what: Exclude<ConsoleAsk, { do: "type" }>) => void;
};
type Of = { readonly machine: string; readonly who: string; readonly isThere: boolean };

const FRAME_BYTES = 1024;

/** One machine's console: its stream, its terminal, and the rule of who may type. */
export function useConsole(
  { machine, who, isThere }: Of,
  box: RefObject<HTMLElement | null>,
  on: Pick<OnTerminal, "manyLines" | "left">,
): Console {
  const [view, tell] = useReducer(stepConsole, UNSEEN);
  const screen = useScreen(box, {
    typed: (text) => typed(text),
    answered: (text) => {
      // A viewer who answers for the machine's terminal would type without the keyboard.
      if (isReplay.current || !latest.current.isMine) return;
      stream.current?.say({
        do: "type",
        data: toBase64(new TextEncoder().encode(text)),
      } satisfies ConsoleAsk);
    },
    ...on,
  });
  const stream = useRef<Stream>(undefined);
  const isReplay = useRef(false);
  const latest = useLatest(view);

  const ask = useCallback((what: Exclude<ConsoleAsk, { do: "type" }>) => {
    if (what.do === "take") tell({ is: "taking" });
    stream.current?.say(what);
  }, []);

  const typed = (text: string) => {
    const may = onTyping(latest.current);
    if (may === "refuse") return tell({ is: "refused", ...refusal(latest.current) });
    if (may === "take") ask({ do: "take" });
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length; at += FRAME_BYTES) {
      const data = toBase64(bytes.subarray(at, at + FRAME_BYTES));
      stream.current?.say({ do: "type", data } satisfies ConsoleAsk);
    }
  };

  useEffect(() => {
    if (screen === undefined || !isThere) return;
    const opened = openStream(
      "console",
      { name: machine, who },
      {
        frame: (say) => {
          show(screen, say, isReplay);
          if (say.is !== "bytes") tell({ is: "said", say, at: Date.now() });
        },
        cut: (because) => tell({ is: "cut", at: Date.now(), because }),
      },
    );
    stream.current = opened;
    return () => opened.close();
  }, [screen, machine, who, isThere]);

  return {
    view,
    screen,
    ask,
  };
}

function show(screen: Screen, say: ConsoleSay, isReplay: { current: boolean }): void {
  if (say.is === "screen") {
    isReplay.current = true; // questions in it were asked long ago
    screen.redraw(say.data, say.columns, say.rows, () => {
      isReplay.current = false;
    });
  }
  if (say.is === "size") screen.resize(say.columns, say.rows);
  if (say.is === "bytes") screen.write(fromBase64(say.data));
}

function refusal({ link, writer }: ConsoleView): { says: string; remedy: string } {
  if (link !== "live" || writer === null)
    return {
      says: "Nothing was typed: the console is not connected.",
      remedy: "It is tried again by itself.",
    };
  return { says: `${writer.who} has the keyboard: nothing was typed.`, remedy: "Watch, or take it over." };
}
