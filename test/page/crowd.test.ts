import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtPage, missing, openBrowser, visit } from "./browser.ts";
import { fillRack, keepChanging, paceOf, watchPace } from "./crowd.ts";
import { type PretendService, pretendMachine, pretendService } from "./pretend-service.ts";

let browser: Browser;
let service: PretendService;
let page: Page;

beforeAll(async () => {
  if (missing) return;
  const web = builtPage();
  [browser, service] = await Promise.all([openBrowser(), pretendService(web)]);
  fillRack(service);
  ({ page } = await visit(browser, "about:blank"));
  await watchPace(page);
  await page.goto(`${service.url}/machines`);
});
afterAll(async () => {
  await browser?.close();
  await service?.goAway();
});
const soon = { timeout: 5000, interval: 20 };
const it = test.skipIf(missing);
const focused = () => page.evaluate(() => document.activeElement?.textContent);

it("what tests build is the page that people get: not React's slow one for developers", () => {
  const assets = join(builtPage(), "assets");
  const scripts = readdirSync(assets).filter((name) => name.endsWith(".js"));

  expect(scripts.filter((name) => readFileSync(join(assets, name), "utf8").includes("jsxDEV"))).toEqual([]);
  expect(scripts).not.toEqual([]);
});

it("of a thousand machines only those in sight are drawn, and the last is where it belongs", async () => {
  await page.getByText("node-1", { exact: true }).waitFor();

  expect(await page.locator("[data-at]").count()).toBeLessThan(80);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));

  await page.getByText("node-1000", { exact: true }).waitFor();
  expect(await page.locator("table").getAttribute("aria-rowcount")).toBe("1001");
  await page.evaluate(() => scrollTo(0, 0));
});

it("the keyboard walks through rows that are not drawn yet", async () => {
  for (let n = 0; n < 60; n += 1) await page.keyboard.press("j");
  await page.keyboard.press("k");

  await expect.poll(focused, soon).toBe("node-59");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "node-59" }).waitFor();
  await page.goBack();
});

it("while fifty machines a second change the filter finds, nothing moves, and what is shown is true", async () => {
  const end = keepChanging(service, 50);

  await page.keyboard.press("/");
  await page.keyboard.type("name:node-77*");
  await expect.poll(() => page.locator(".count").innerText(), soon).toBe("11 of 1000");
  service.machine(pretendMachine({ name: "node-777", state: { word: "rescue", since: null, waits: null } }));
  await page
    .getByRole("row", { name: /node-777/ })
    .getByText("rescue")
    .waitFor();

  expect(end()).toBeGreaterThan(5);
  const { shifted, movers, drawnAt, heardAt } = await paceOf(page);
  expect(drawnAt).toBeGreaterThan(heardAt);
  expect({ shifted, movers }).toEqual({ shifted: 0, movers: [] });
  expect(new URL(page.url()).search).toBe("?filter=name%3Anode-77*");
});

it("after a cut the list is what the service says, with what changed and went meanwhile", async () => {
  await page.getByRole("searchbox").fill("name:node-77*");
  await service.goAway();
  await page.getByText("The service is away", { exact: true }).waitFor();
  service.machine(pretendMachine({ name: "node-77", state: { word: "stuck", since: null, waits: null } }));
  service.forget("node-778");
  await service.comeBack();

  await page
    .getByRole("row", { name: /node-77 / })
    .getByText("stuck")
    .waitFor();
  await expect.poll(() => page.locator(".count").innerText(), soon).toBe("10 of 999");
});

it("a state's number filters by it, and the filter can be sent as an address", async () => {
  await page.goto(`${service.url}/machines?filter=power%3Aoff`);
  await expect.poll(() => page.locator(".count").innerText(), soon).toMatch(/^\d+ of 999$/);

  await page.getByRole("button", { name: /network boot/ }).click();

  await expect.poll(() => page.getByRole("searchbox").inputValue(), soon).toBe('state:"network boot"');
  expect(await page.getByRole("button", { name: /network boot/ }).getAttribute("aria-pressed")).toBe("true");
});
