import { afterEach, expect, test, vi } from "vitest";
import type { ConsoleSay } from "../api/console.ts";
import { SlowViewer } from "./slow-viewer.ts";

const bytes = (n: number): ConsoleSay => ({ is: "bytes", data: Buffer.alloc(n).toString("base64") });
afterEach(() => vi.useRealTimers());

test("a viewer that is behind misses bytes, is told how many, and gets the screen", () => {
  vi.useFakeTimers();
  const got: string[] = [];
  let waiting = 0;
  const viewer = new SlowViewer({
    send: (say) => got.push(say.is === "skipped" ? `skipped ${say.bytes}` : say.is),
    waitingBytes: () => waiting,
    redraw: () => got.push("redraw"),
  });

  viewer.hear(bytes(10));
  waiting = 1e6;
  viewer.hear(bytes(1000));
  viewer.hear({ is: "writer", writer: null, you: false });
  viewer.hear(bytes(234));
  vi.advanceTimersByTime(500);
  waiting = 0;
  vi.advanceTimersByTime(100);
  viewer.hear(bytes(1));

  expect(got).toEqual(["bytes", "writer", "skipped 1234", "redraw", "bytes"]);
  expect(vi.getTimerCount()).toBe(0);
});
