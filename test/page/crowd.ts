import type { Page } from "playwright-core";
import type { Machine } from "../../src/api/shapes.ts";
import { type PretendService, pretendMachine } from "./pretend-service.ts";

const WORDS = ["up", "up", "up", "up", "up", "up", "off", "network boot", "installer", "panic"] as const;

const crowded = (n: number, word: string): Machine =>
  pretendMachine({
    name: `node-${n}`,
    segment: `rack-${n % 20}`,
    macs: [`52:54:00:00:${hex(n >> 8)}:${hex(n & 255)}`],
    power: word === "off" ? "off" : "on",
    state: {
      word,
      since: Date.now() - n * 1000,
      waits: word === "installer" ? 'an answer to "Select a language"' : null,
    },
  });
const hex = (n: number) => n.toString(16).padStart(2, "0");

/** A thousand machines in all states. */
export function fillRack(service: PretendService, machines = 1000): void {
  for (let n = 1; n <= machines; n += 1) service.machine(crowded(n, WORDS[n % WORDS.length]!));
}

/** Machines change at this rate until told to end; gives how many did. */
export function keepChanging(service: PretendService, perSecond: number): () => number {
  let changed = 0;
  const timer = setInterval(() => {
    const n = 1 + ((changed * 37) % 1000);
    service.machine(crowded(n, WORDS[(n + changed) % WORDS.length]!));
    changed += 1;
  }, 1000 / perSecond);
  return () => {
    clearInterval(timer);
    return changed;
  };
}

/** Before the page starts: notes when the first machines came, when they were drawn, and what held the page up. */
export async function watchPace(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const pace = { heardAt: 0, drawnAt: 0, longest: 0, shifted: 0, movers: [] as string[] };
    Object.assign(window, { pace });
    const Real = WebSocket;
    window.WebSocket = class extends Real {
      constructor(url: string | URL) {
        super(url);
        this.addEventListener("message", () => {
          if (pace.heardAt === 0) pace.heardAt = performance.now();
        });
      }
    };
    const seen = new MutationObserver(() => {
      if (document.querySelector("[data-at]") === null) return;
      seen.disconnect();
      // the task after the next picture: drawn, and nothing else in the way of a key
      requestAnimationFrame(() =>
        setTimeout(() => {
          pace.drawnAt = performance.now();
        }),
      );
    });
    seen.observe(document, { childList: true, subtree: true });
    new PerformanceObserver((list) => {
      for (const { duration, startTime } of list.getEntries())
        if (pace.drawnAt > 0 && startTime > pace.drawnAt) pace.longest = Math.max(pace.longest, duration);
    }).observe({ type: "longtask" });
    new PerformanceObserver((list) => {
      type Shift = { value: number; hadRecentInput: boolean; sources: { node?: Element }[] };
      for (const { value, hadRecentInput, sources } of list.getEntries() as unknown as Shift[]) {
        if (hadRecentInput) continue; // what a key or a click brought about, as CLS counts
        pace.shifted += value;
        for (const { node } of sources)
          pace.movers.push(String(node?.outerHTML ?? node?.parentElement?.outerHTML).slice(0, 200));
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

export type Pace = { heardAt: number; drawnAt: number; longest: number; shifted: number; movers: string[] };
export const paceOf = (page: Page): Promise<Pace> =>
  page.evaluate(() => (window as unknown as { pace: Pace }).pace);
