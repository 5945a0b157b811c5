import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { builtPage, missing, openBrowser, type Visit, visit } from "./browser.ts";
import { pretendInventory } from "./pretend-inventory.ts";
import { type PretendService, pretendMachine, pretendService } from "./pretend-service.ts";

let browser: Browser;
let web: string;
let service: PretendService;
const visits: Visit[] = [];

beforeAll(async () => {
  web = builtPage();
  browser = await openBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  service = await pretendService(web);
  service.machine(pretendMachine());
});
afterEach(async () => {
  for (const { page } of visits.splice(0)) await page.context().close();
  await service.goAway();
});

async function at(path: string): Promise<Page> {
  const visited = await visit(browser, service.url + path);
  visits.push(visited);
  return visited.page;
}
const it = test.skipIf(missing);
const asked = (row: string) => service.asked.filter((one) => one.row === row).map(({ question }) => question);

it("the inventory has processors, memory, disks with serial numbers and health, cards, and its age", async () => {
  service.inventories.set("m1", pretendInventory(Date.now() - 3 * 86_400_000));
  const page = await at("/machines/m1");

  await page.getByRole("link", { name: "Inventory" }).click();

  await page.getByText("3 d ago").waitFor();
  await page.getByText("Intel(R) Xeon(R) CPU E3-1230 V2 @ 3.30GHz: 1 socket, 4 cores, 8 threads").waitFor();
  const disks = await page.getByRole("region", { name: "Disks" }).getByRole("row").allInnerTexts();
  expect(disks[1]).toMatch(/sda.*S3Z8NX0K512345.*480\.1 GB.*ssd sata.*good SMART: passed/s);
  expect(disks[2]).toMatch(/sdb.*failing SMART: the disk says that it is failing.*nothing/s);
  await page.getByRole("cell", { name: "e1000e" }).first().waitFor();
});

it("where no hand has looked the page says how one does, and what it finds comes by itself", async () => {
  const page = await at("/machines/m1/inventory");
  await page.getByText("No live hand has looked into m1 yet").waitFor();
  await page.getByText("rackhand boot m1 live --now").waitFor();
  await page.getByRole("button", { name: "Boot the live hand" }).click();
  await page.getByText("unsaved work is lost").waitFor();
  await page.keyboard.press("Enter"); // by reflex
  expect(asked("armPlan")).toEqual([]);

  await page.getByRole("button", { name: "Boot the live hand" }).click();
  await page.getByRole("button", { name: "Power-cycle m1 and boot" }).click();
  await expect.poll(() => asked("armPlan")).toEqual([{ name: "m1", plan: "live", now: true }]);
  service.inventories.set("m1", pretendInventory(Date.now()));

  await page.getByText("S3Z8NX0K512345").waitFor({ timeout: 15_000 });
});
