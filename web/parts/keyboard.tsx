import type { RefObject } from "react";
import { Shape } from "./shape.tsx";
import type { Console } from "./use-console.ts";

type Props = {
  readonly console: Console;
  readonly first: RefObject<HTMLButtonElement | null>; // where the focus goes from the terminal
  readonly cannot: string | undefined;
};

/** Who has the keyboard, and how to get it: nobody's is taken by typing, another's only by this button. */
export function Keyboard({ console, first, cannot }: Props) {
  const { view, screen, ask } = console;
  const { writer, isMine, refused } = view;
  const isLive = view.link === "live" && cannot === undefined;
  const take = () => {
    ask({ do: "take" });
    screen?.focus();
  };
  return (
    <div className="keyboard">
      <span className="writer" role="status">
        <Shape look={isMine ? "good" : writer === null ? "off" : "asks"} />
        {refused ? (
          <span className="because" title={refused.remedy}>
            {refused.says}
          </span>
        ) : (
          <span>{isMine ? "You have the keyboard" : writerWords(writer, isLive)}</span>
        )}
      </span>
      {isMine ? (
        <button type="button" ref={first} onClick={() => ask({ do: "leave" })}>
          Give it back
        </button>
      ) : (
        <button type="button" ref={first} disabled={!isLive} onClick={take}>
          {writer === null ? "Take the keyboard" : `Take it over from ${writer.who}`}
        </button>
      )}
      <button
        type="button"
        aria-disabled={!isMine}
        title={
          isMine ? "Sends a serial break" : "Not now: a break goes out only from whoever has the keyboard"
        }
        onClick={() => isMine && ask({ do: "break" })}
      >
        Break
      </button>
    </div>
  );
}

function writerWords(writer: { who: string } | null, isLive: boolean): string {
  if (!isLive) return "Not connected";
  return writer === null
    ? "The keyboard is free: type to take it"
    : `${writer.who} has the keyboard; you watch`;
}
