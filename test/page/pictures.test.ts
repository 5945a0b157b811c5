import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtPage, missing, openBrowser, screenText, visit } from "./browser.ts";
import { illegible, nameless, shifted } from "./judging.ts";
import { tellNight } from "./night-story.ts";
import { type PretendService, pretendService } from "./pretend-service.ts";

let browser: Browser;
let night: PretendService;
let empty: PretendService;
let folder: string;

beforeAll(async () => {
  const web = builtPage();
  const asked = process.env.RACKHAND_PICTURES;
  if (asked) mkdirSync(asked, { recursive: true });
  folder = asked ?? mkdtempSync(join(tmpdir(), "rackhand-pictures-"));
  [browser, night, empty] = await Promise.all([openBrowser(), pretendService(web), pretendService(web)]);
  tellNight(night, Date.now());
  empty.images.length = 0;
}, 60_000);
afterAll(async () => {
  await browser.close();
  await Promise.all([night.goAway(), empty.goAway()]);
});

const hasDialog = async (page: Page) => {
  await expect.poll(() => screenText(page), { timeout: 5000 }).toContain("Select a language");
  await page.getByText("The installer asks").waitFor();
};
const PICTURES: readonly [name: string, path: string, isThere: (page: Page) => Promise<unknown>][] = [
  ["machines", "/machines", (page) => page.getByText("rack7-left").waitFor()],
  ["machine", "/machines/m1", hasDialog],
  ["unattended", "/machines/rack7-left", (page) => page.getByText("Nothing has been observed yet").waitFor()],
  ["segments", "/segments", (page) => page.getByText("10.0.0.77 answers").waitFor()],
  ["segment", "/segments/rack-a", (page) => page.getByText("10.0.0.101").waitFor()],
  ["installs", "/installs", (page) => page.getByText("Download installer components").waitFor()],
  ["images", "/images", (page) => page.getByText("trixie").waitFor()],
];

for (const colorScheme of ["light", "dark"] as const)
  for (const width of [1440, 390])
    test.skipIf(missing)(
      `every page is legible, named and steady: ${colorScheme}, ${width} px`,
      async () => {
        const height = width === 390 ? 844 : 900;
        const deviceScaleFactor = width === 390 ? 2 : 1;
        const options = { colorScheme, viewport: { width, height }, deviceScaleFactor };

        for (const [name, path, isThere] of PICTURES) {
          const { page } = await visit(browser, night.url + path, options);
          await isThere(page);
          const judged = await judge(page);
          await shoot(page, `${name}-${colorScheme}-${width}`);
          if (name === "machine" && width === 390) {
            await page.locator(".timeline").evaluate((timeline) => timeline.scrollIntoView());
            await page.screenshot({ path: join(folder, `timeline-${colorScheme}-390.png`) });
          }
          await page.context().close();

          expect({ name, ...judged }).toEqual({ name, illegible: [], nameless: [], wider: 0, shifted: 0 });
        }
        const { page } = await visit(browser, empty.url, options);
        await page.getByText("No machine is on record yet").waitFor();
        await shoot(page, `empty-${colorScheme}-${width}`);
        await page.context().close();
      },
      60_000,
    );

test.skipIf(missing)(
  "every dialog and notice is pictured too",
  async () => {
    const { page } = await visit(browser, `${night.url}/machines/m1`, { colorScheme: "dark" });
    await hasDialog(page);
    await page.keyboard.press("?");
    await shoot(page, "help");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Power cycle", exact: true }).click();
    await shoot(page, "question");
    await page.keyboard.press("Escape");
    await page.getByText("41 of undionly").click();
    await shoot(page, "unfolded");
    await page.getByRole("button", { name: "Take the keyboard" }).click();
    await page.getByText("You have the keyboard").waitFor();
    await shoot(page, "writing");
    await night.goAway();
    await page.getByText("The service is away", { exact: true }).waitFor();
    await shoot(page, "away");
    await page.context().close();
  },
  30_000,
);

const shoot = (page: Page, name: string) =>
  page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });

const judge = async (page: Page) => ({
  illegible: await page.evaluate(illegible),
  nameless: await page.evaluate(nameless),
  wider: await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  shifted: await page.evaluate(shifted),
});
