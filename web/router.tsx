import { type AnchorHTMLAttributes, type MouseEvent, useCallback, useSyncExternalStore } from "react";
import { pathOf, type Route, readRoute } from "./core/route.ts";

const MOVED = "rackhand:moved";

export function go(route: Route): void {
  history.pushState(null, "", pathOf(route));
  window.dispatchEvent(new Event(MOVED));
  window.scrollTo(0, 0);
}

export const useRoute = (): Route => readRoute(useSyncExternalStore(listen, () => location.pathname));

/** A word of the address after `?`; writing it leaves no trace in the history. */
export function useParam(name: string): [string, (value: string) => void] {
  const search = useSyncExternalStore(listen, () => location.search);
  const value = new URLSearchParams(search).get(name) ?? "";
  const set = useCallback((next: string) => replaceParam(name, next), [name]);
  return [value, set];
}

function replaceParam(name: string, value: string): void {
  const params = new URLSearchParams(location.search);
  if (value === "") params.delete(name);
  else params.set(name, value);
  const search = params.size === 0 ? "" : `?${params}`;
  history.replaceState(null, "", location.pathname + search);
  window.dispatchEvent(new Event(MOVED));
}

function listen(moved: () => void): () => void {
  window.addEventListener("popstate", moved);
  window.addEventListener(MOVED, moved);
  return () => {
    window.removeEventListener("popstate", moved);
    window.removeEventListener(MOVED, moved);
  };
}

/** A link inside the page: a click stays here, everything else (new tab, copy) is the browser's. */
export function Link({ to, ...rest }: { to: Route } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  const follow = (event: MouseEvent) => {
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!isPlain) return;
    event.preventDefault();
    go(to);
  };
  return <a href={pathOf(to)} onClick={follow} {...rest} />;
}
