import { type RefObject, useEffect, useState } from "react";
import { useLatest } from "../store.ts";
import type { OnScreen, Screen } from "./screen.ts";

export type OnTerminal = OnScreen;

/** The terminal is the page's largest part by far, so it is loaded when a console is first looked at. */
export function useScreen(box: RefObject<HTMLElement | null>, on: OnTerminal): Screen | undefined {
  const [screen, setScreen] = useState<Screen>();
  const latest = useLatest(on);
  useEffect(() => {
    let opened: Screen | undefined;
    let isGone = false;
    void import("./screen.ts").then(({ openScreen }) => {
      if (isGone || box.current === null) return;
      opened = openScreen(box.current, {
        typed: (text) => latest.current.typed(text),
        answered: (text) => latest.current.answered(text),
        manyLines: (text) => latest.current.manyLines(text),
        left: () => latest.current.left(),
      });
      setScreen(opened);
    });
    return () => {
      isGone = true;
      opened?.close();
      setScreen(undefined);
    };
  }, [box, latest]);
  return screen;
}

const READABLE_PX = 640;

/** As wide as its glass, or large enough to read. */
export function useFit(
  screen: Screen | undefined,
  box: RefObject<HTMLElement | null>,
  isLarge: boolean,
): void {
  useEffect(() => {
    const glass = box.current?.parentElement;
    if (screen === undefined || !glass) return;
    const fit = () => screen.fit(isLarge ? Math.max(READABLE_PX, glass.clientWidth) : glass.clientWidth);
    const observer = new ResizeObserver(fit);
    observer.observe(glass);
    return () => observer.disconnect();
  }, [screen, box, isLarge]);
}
