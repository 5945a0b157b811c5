import { useEffect } from "react";
import { type Does, pressed } from "../core/keys.ts";
import { useLatest } from "../store.ts";

export type OnKeys = { readonly [does in Does]?: () => void };

/** The page's keys, unless somebody types into a field, a dialog or the console. */
export function useKeys(on: OnKeys): void {
  const latest = useLatest(on);
  useEffect(() => {
    let pending = "";
    const hear = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const next = pressed(pending, event.key);
      pending = next.pending;
      const act = next.does && latest.current[next.does];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, [latest]);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest("input, textarea, select, dialog, .xterm") !== null;

/** Moves the focus among the rows of the page, as `j` and `k` do; with none focused it starts at the first. */
export function moveFocus(selector: string, by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>(selector)];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by;
  rows[Math.max(0, Math.min(next, rows.length - 1))]?.focus();
}

export const focusOn = (selector: string): void => document.querySelector<HTMLElement>(selector)?.focus();
