import { useEffect } from "react";
import { useNow, useWorld, useWorldStream } from "../store.ts";
import { Shape } from "./shape.tsx";

/** Whether the service is there, in words; the page comes back by itself, or at once when told. */
export function LinkState() {
  const { link } = useWorld();
  const { tryNow } = useWorldStream();
  const now = useNow(link.is === "away" ? 500 : 60_000);
  useEffect(() => {
    const back = () => tryNow();
    window.addEventListener("online", back);
    return () => window.removeEventListener("online", back);
  }, [tryNow]);
  if (link.is === "away") {
    const seconds = Math.max(0, Math.ceil((link.nextTryAt - now) / 1000));
    return (
      <div className="link-state away" role="status">
        <Shape look="bad" />
        <span title={link.because}>The service is away</span>
        <span className="dim wide" aria-hidden="true">
          {seconds > 0 ? `next try in ${seconds} s` : "trying now"}
        </span>
        <button type="button" className="quiet" onClick={tryNow}>
          Try now
        </button>
      </div>
    );
  }
  return (
    <div className="link-state" role="status">
      <Shape look={link.is === "live" ? "good" : "busy"} />
      {link.is === "live" ? "Live" : "Connecting"}
    </div>
  );
}
