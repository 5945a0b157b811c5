import type { Browser } from "playwright-core";
import { builtPage, openBrowser, visit } from "../../test/page/browser.ts";
import { fillRack, keepChanging, paceOf, watchPace } from "../../test/page/crowd.ts";
import { type PretendService, pretendService } from "../../test/page/pretend-service.ts";
import type { BenchWish } from "../bench-wish.ts";
import { type Spread, spreadOf, spreadWords } from "../spread.ts";

type Round = { ready: number; work: number; filtered: number; longest: number; shifted: number };
export type PageReport = {
  readonly rounds: readonly Round[];
  readonly ready: Spread;
  readonly goal: { readonly mostMs: number; readonly met: boolean };
};

const GOAL_MS = 100;
const CHANGES = { perSecond: 50, forMs: 4000 };

/** The list of a thousand machines in Chromium, fifty of them changing each second. */
export async function benchPage({ rounds, log, stopped }: BenchWish): Promise<PageReport> {
  const web = builtPage();
  const [browser, service] = await Promise.all([openBrowser(), pretendService(web)]);
  fillRack(service);
  const all: Round[] = [];
  try {
    for (let n = 0; n < rounds; n += 1) {
      stopped.throwIfAborted();
      all.push(await round(browser, service, web));
      log(`round ${n + 1}: ${JSON.stringify(all.at(-1))}`);
    }
  } finally {
    await browser.close();
    await service.goAway();
  }
  const ready = spreadOf(all.map((one) => one.ready))!;
  const steady = all.every(({ shifted }) => shifted === 0);
  return { rounds: all, ready, goal: { mostMs: GOAL_MS, met: ready.median < GOAL_MS && steady } };
}

async function round(browser: Browser, service: PretendService, web: string): Promise<Round> {
  const { page } = await visit(browser, "about:blank");
  const end = keepChanging(service, CHANGES.perSecond);
  try {
    await watchPace(page);
    await page.goto(`${service.url}/machines`);
    await page.locator('[data-at="0"]').waitFor();
    await page.waitForTimeout(CHANGES.forMs); // what is measured is how it bears this
    const filtered = await page.evaluate(timeToFilter);
    const { heardAt, drawnAt, longest, shifted } = await paceOf(page);
    return { ready: drawnAt - heardAt, work: await workOf(browser, web), filtered, longest, shifted };
  } finally {
    end();
    await page.context().close();
  }
}

/**
 * Processor time of the page's main thread, in ms, from the data of a thousand machines to their list: what a
 * machine that has other things to do cannot lengthen much.
 */
async function workOf(browser: Browser, web: string): Promise<number> {
  const service = await pretendService(web);
  const { page } = await visit(browser, `${service.url}/machines`);
  try {
    await page.getByText("No machine is on record yet").waitFor();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    const taken = async () => {
      const { metrics } = await devtools.send("Performance.getMetrics");
      return 1000 * metrics.find(({ name }) => name === "TaskDuration")!.value;
    };
    await service.goAway();
    fillRack(service);
    await page.getByText("The service is away").first().waitFor();
    const before = await taken();
    await service.comeBack();
    await page.locator('[data-at="0"]').waitFor({ timeout: 30_000 });
    return (await taken()) - before;
  } finally {
    await page.context().close();
    await service.goAway();
  }
}

/** Runs in the page: from a word in the filter to the rows that it leaves. */
function timeToFilter(): Promise<number> {
  return new Promise((done) => {
    const field = document.querySelector<HTMLInputElement>("#filter")!;
    const from = performance.now();
    const seen = new MutationObserver(() => {
      if (document.querySelectorAll("[data-at]").length === 11) done(performance.now() - from);
    });
    seen.observe(document, { childList: true, subtree: true });
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!.set!.call(field, "name:node-77*");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/** The report for people. */
export function pageLines({ rounds, ready, goal }: PageReport): string[] {
  const words = (of: "work" | "filtered" | "longest") =>
    spreadWords(spreadOf(rounds.map((one) => one[of])), 0);
  return [
    `1000 machines, ${CHANGES.perSecond} changes a second, Chromium; median (min-max) of ${rounds.length} rounds, ms`,
    `  data to drawn and free for a key   ${spreadWords(ready, 0)}; goal < ${goal.mostMs}: ${goal.met ? "met" : "MISSED"}`,
    `  the page's processor time for it   ${words("work")}`,
    `  a word in the filter to its rows   ${words("filtered")}`,
    `  longest task while they change     ${words("longest")} (0: none over 50)`,
    `  layout shift (CLS)                 ${Math.max(...rounds.map(({ shifted }) => shifted))}`,
  ];
}
