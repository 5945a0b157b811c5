import { type RefObject, useEffect, useRef, useState } from "react";

const NEAR_PX = 24;

export type Following = {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly list: RefObject<HTMLDivElement | null>;
  readonly isFollowing: boolean;
  readonly follow: () => void;
};

/** Keeps the end of a growing list in sight until somebody scrolls away from it, and again once they are back. */
export function useFollowing(): Following {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const wants = useRef(true);
  const [isFollowing, setFollowing] = useState(true);

  useEffect(() => {
    const [outer, inner] = [scroller.current, list.current];
    if (outer === null || inner === null) return;
    let height = 0;
    const toEnd = () => {
      height = outer.scrollHeight;
      if (wants.current) outer.scrollTop = height;
    };
    const scrolled = () => {
      const isGrowth = outer.scrollHeight !== height; // the list grew under the reader, nobody scrolled
      if (isGrowth && wants.current) return toEnd();
      wants.current = outer.scrollHeight - outer.scrollTop - outer.clientHeight < NEAR_PX;
      setFollowing(wants.current);
    };
    const observer = new ResizeObserver(toEnd);
    observer.observe(inner);
    observer.observe(outer);
    outer.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      observer.disconnect();
      outer.removeEventListener("scroll", scrolled);
    };
  }, []);

  const follow = () => {
    wants.current = true;
    setFollowing(true);
    const outer = scroller.current;
    if (outer) outer.scrollTop = outer.scrollHeight;
  };
  return { scroller, list, isFollowing, follow };
}
