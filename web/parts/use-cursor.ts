import { type RefObject, useLayoutEffect, useRef } from "react";

const HEAD_PX = 40; // the table's head stays in sight above the rows

/** Moves the focus among rows of which only those in sight are drawn; a row is `[data-at="7"]`. */
export function useCursor(
  list: RefObject<HTMLElement | null>,
  rows: number,
  rowPx: number,
): (by: 1 | -1) => void {
  const last = useRef(-1);
  const waits = useRef<number>(undefined);
  const settle = () => {
    const row = list.current?.querySelector<HTMLElement>(`[data-at="${waits.current}"]`);
    if (!row) return;
    waits.current = undefined;
    row.focus({ preventScroll: true });
  };
  useLayoutEffect(settle); // a row that was out of sight is drawn by the scrolling below
  return (by) => {
    const focused = (document.activeElement as HTMLElement | null)?.dataset.at;
    const at = waits.current ?? (focused === undefined ? -1 : Number(focused));
    const next = at === -1 ? Math.max(0, last.current) : at + by;
    last.current = Math.max(0, Math.min(next, rows - 1));
    waits.current = last.current;
    const top = (list.current?.getBoundingClientRect().top ?? 0) + last.current * rowPx;
    if (top < HEAD_PX) scrollBy(0, top - HEAD_PX);
    else if (top + rowPx > innerHeight) scrollBy(0, top + rowPx - innerHeight);
    settle();
  };
}
