import type { ConsoleSay } from "../../src/api/console.ts";

/** What is known of one console besides its screen. */
export type ConsoleView = {
  readonly link: "connecting" | "live" | "away";
  readonly writer: { readonly viewer: string; readonly who: string } | null;
  readonly isMine: boolean;
  readonly isTaking: boolean; // asked for, not yet answered: what is typed meanwhile follows the asking
  readonly line: { readonly attached: boolean; readonly because: string | null } | undefined;
  readonly refused: { readonly says: string; readonly remedy: string } | undefined;
  readonly away: { readonly since: number; readonly because: string } | undefined;
  readonly skipped: number; // bytes that came too fast for us
  readonly gap: { readonly from: number; readonly to: number } | undefined; // the last time we were cut off
};

export const UNSEEN: ConsoleView = {
  link: "connecting",
  writer: null,
  isMine: false,
  isTaking: false,
  line: undefined,
  refused: undefined,
  away: undefined,
  skipped: 0,
  gap: undefined,
};

export type ConsoleHappening =
  | { readonly is: "said"; readonly say: ConsoleSay; readonly at: number }
  | { readonly is: "taking" }
  | { readonly is: "cut"; readonly at: number; readonly because: string }
  | { readonly is: "refused"; readonly says: string; readonly remedy: string };

export function stepConsole(now: ConsoleView, happening: ConsoleHappening): ConsoleView {
  switch (happening.is) {
    case "said":
      return said(now, happening.say, happening.at);
    case "taking":
      return { ...now, isTaking: true, refused: undefined };
    case "cut": {
      const away = { since: now.away?.since ?? happening.at, because: happening.because };
      return { ...UNSEEN, link: "away", line: now.line, away };
    }
    case "refused":
      return { ...now, refused: { says: happening.says, remedy: happening.remedy } };
  }
}

function said(now: ConsoleView, say: ConsoleSay, at: number): ConsoleView {
  switch (say.is) {
    case "screen": {
      const gap = now.away === undefined ? now.gap : { from: now.away.since, to: at };
      return { ...now, link: "live", away: undefined, gap };
    }
    case "writer":
      return {
        ...now,
        writer: say.writer,
        isMine: say.you,
        isTaking: false,
        refused: say.you ? undefined : now.refused,
      };
    case "line":
      return { ...now, line: { attached: say.attached, because: say.because } };
    case "refused":
      return { ...now, refused: { says: say.says, remedy: say.remedy } };
    case "skipped":
      return { ...now, skipped: now.skipped + say.bytes };
    case "size":
    case "bytes":
      return now;
  }
}

/** What happens when somebody types: a free keyboard is taken by typing, another's never is. */
export function onTyping(view: ConsoleView): "send" | "take" | "refuse" {
  if (view.link !== "live") return "refuse";
  if (view.isMine || view.isTaking) return "send";
  return view.writer === null ? "take" : "refuse";
}
