import { useSyncExternalStore } from "react";

const NARROW = matchMedia("(max-width: 720px)"); // as in the style sheets

function listen(changed: () => void): () => void {
  NARROW.addEventListener("change", changed);
  return () => NARROW.removeEventListener("change", changed);
}

/** Whether the page is as narrow as a phone. */
export const useNarrow = (): boolean => useSyncExternalStore(listen, () => NARROW.matches);
