import { useEffect, useState } from "react";
import type { Answer } from "../../src/api/table.ts";
import { call, type Outcome } from "../ask/call.ts";
import { useWorld } from "../store.ts";

export type Images = Outcome<Answer<"listImages">>;

/** The images on the service's machine; asked anew when the service comes back, and by `ask`. */
export function useImages(): { readonly images: Images | undefined; readonly ask: () => void } {
  const [images, setImages] = useState<Images>();
  const [times, setTimes] = useState(0);
  const isLive = useWorld().link.is === "live";
  useEffect(() => {
    if (!isLive) return;
    void times;
    const asking = new AbortController();
    void call("listImages", {}, asking.signal).then((outcome) => {
      if (!asking.signal.aborted) setImages(outcome);
    });
    return () => asking.abort();
  }, [isLive, times]);
  return { images, ask: () => setTimes((n) => n + 1) };
}
