import type { Failure } from "../../src/api/table.ts";
import { oldestOf } from "../core/timeline.ts";
import { type Happening, START, step, type World } from "../core/world.ts";
import { call } from "./call.ts";
import { openStream, type Stream } from "./stream.ts";

/** The page's one store: fed by the `watch` stream, read by `useWorld`. */
export type WorldStream = {
  readonly now: () => World;
  readonly listen: (heard: () => void) => () => void;
  readonly open: (machine: string, failed: (failure: Failure) => void) => () => void; // follow its timeline
  readonly older: (until?: number) => Promise<void>; // some more of it, or as far back as that event
  readonly tryNow: () => void;
  readonly close: () => void;
};

const PAGE = 1000;
const FIRST = 200; // what a machine's page begins with; older ones come when somebody scrolls to them
const PICTURE_MS = 16;

export function openWorld(): WorldStream {
  const listeners = new Set<() => void>();
  let world = START;
  let isTold = true;
  let toldAt = 0;
  let isReadingOlder = false;
  let reading: AbortController | undefined;
  let failed: (failure: Failure) => void = () => {};

  /** Many frames may come between two pictures: listeners hear once for all of them, and at once after a quiet. */
  const tell = (happening: Happening) => {
    world = step(world, happening);
    if (!isTold) return;
    isTold = false;
    const quiet = performance.now() - toldAt;
    if (quiet >= PICTURE_MS) queueMicrotask(tellAll);
    else setTimeout(tellAll, PICTURE_MS - quiet);
  };
  const tellAll = () => {
    isTold = true;
    toldAt = performance.now();
    for (const listener of listeners) listener();
  };

  const readOn = async () => {
    reading?.abort();
    const mine = new AbortController();
    reading = mine;
    if (world.timeline?.through === 0) return readNewest(world.timeline.machine, mine.signal);
    for (let more = true; more && world.timeline !== undefined && world.link.is === "live"; ) {
      const { machine, through } = world.timeline;
      const page = await call("timeline", { name: machine, after: through, limit: PAGE }, mine.signal);
      if (mine.signal.aborted) return;
      if (!page.ok) return failed(page.failure);
      const { events } = page.value;
      more = events.length === PAGE;
      tell({ is: "page", machine, events, more });
    }
  };

  const readNewest = async (machine: string, signal: AbortSignal) => {
    const page = await call("timeline", { name: machine, limit: FIRST }, signal);
    if (signal.aborted) return;
    if (!page.ok) return failed(page.failure);
    tell({ is: "newest", machine, events: page.value.events, asked: FIRST });
  };

  const readOlder = async (until?: number) => {
    const asking = reading?.signal;
    if (isReadingOlder || asking === undefined) return;
    isReadingOlder = true;
    do {
      const now = world.timeline;
      if (now === undefined || now.begins || now.events.length === 0) break;
      const before = oldestOf(now);
      if (until !== undefined && before <= until) break;
      const limit = until === undefined ? FIRST : PAGE;
      const page = await call("timeline", { name: now.machine, before, limit }, asking);
      if (asking.aborted || !page.ok) break;
      tell({ is: "older", machine: now.machine, events: page.value.events, asked: limit });
    } while (until !== undefined);
    isReadingOlder = false;
  };

  const stream: Stream = openStream(
    "watch",
    {},
    {
      frame: (frame) => {
        if (world.link.is !== "live") tell({ is: "link", link: { is: "live" } });
        tell({ is: "heard", frame });
        if (frame.is === "machines") void readOn(); // first frame of every connection: fill what was missed
      },
      cut: (because, nextTryAt) => {
        reading?.abort();
        tell({ is: "link", link: { is: "away", because, nextTryAt } });
      },
    },
  );

  return {
    now: () => world,
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open: (machine, onFailed) => {
      failed = onFailed;
      tell({ is: "opened", machine });
      void readOn();
      return () => {
        reading?.abort();
        failed = () => {};
        tell({ is: "closed" });
      };
    },
    older: readOlder,
    tryNow: stream.tryNow,
    close: () => {
      reading?.abort();
      stream.close();
    },
  };
}
