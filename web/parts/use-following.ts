import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { useLatest } from "../store.ts";

const NEAR_PX = 24;
const OLDER_PX = 200;

export type Following = {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly list: RefObject<HTMLDivElement | null>;
  readonly isFollowing: boolean;
  readonly follow: () => void;
  readonly leave: () => void; // somebody wants to see what is not at the end
};

/** Keeps the end of a growing list in sight until somebody scrolls away from it, and again once they are back. */
export function useFollowing(nearTop: () => void): Following {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const wants = useRef(true);
  const [isFollowing, setFollowing] = useState(true);
  const atTop = useLatest(nearTop);

  useEffect(() => {
    const [outer, inner] = [scroller.current, list.current];
    if (outer === null || inner === null) return;
    let height = 0;
    let isAskingOlder = false;
    const grown = () => {
      const by = outer.scrollHeight - height;
      height = outer.scrollHeight;
      if (wants.current) outer.scrollTop = height;
      else if (isAskingOlder && by > 0 && outer.scrollTop < OLDER_PX) outer.scrollTop += by; // older ones came above
      isAskingOlder = false;
    };
    const scrolled = () => {
      const isGrowth = outer.scrollHeight !== height; // the list grew under the reader, nobody scrolled
      if (isGrowth && wants.current) return grown();
      wants.current = outer.scrollHeight - outer.scrollTop - outer.clientHeight < NEAR_PX;
      setFollowing(wants.current);
      if (wants.current || outer.scrollTop >= OLDER_PX) return;
      isAskingOlder = true;
      atTop.current();
    };
    const observer = new ResizeObserver(grown);
    observer.observe(inner);
    observer.observe(outer);
    outer.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      observer.disconnect();
      outer.removeEventListener("scroll", scrolled);
    };
  }, [atTop]);

  const follow = () => {
    wants.current = true;
    setFollowing(true);
    const outer = scroller.current;
    if (outer) outer.scrollTop = outer.scrollHeight;
  };
  const leave = useCallback(() => {
    wants.current = false;
    setFollowing(false);
  }, []);
  return { scroller, list, isFollowing, follow, leave };
}
