import { type RefObject, useLayoutEffect, useState } from "react";
import { type Window, windowOf } from "../core/window.ts";

/** Draws only the rows in sight of a list that scrolls with the page; all rows are of one height. */
export function useWindow(list: RefObject<HTMLElement | null>, rows: number, rowPx: number): Window {
  const [shown, show] = useState<Window>(() => windowOf({ rows, rowPx, topPx: 0, sightPx: innerHeight }));
  useLayoutEffect(() => {
    const look = () => {
      const top = list.current?.getBoundingClientRect().top ?? 0;
      const next = windowOf({ rows, rowPx, topPx: Math.max(0, -top), sightPx: innerHeight });
      show((now) => (now.from === next.from && now.to === next.to ? now : next));
    };
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, [list, rows, rowPx]);
  return shown;
}
