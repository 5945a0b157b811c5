import type { Page } from "playwright-core";
import { expect } from "vitest";
import { type PretendService, pretendMachine } from "./pretend-service.ts";
import { visits } from "./visits.ts";

let service: PretendService;
const { it, at } = visits((fresh) => {
  service = fresh;
});

const soon = { timeout: 5000, interval: 20 };
const names = (page: Page) => page.locator(".machines > table tbody th").allInnerTexts();

it("without machines the list says what to do, and a new machine appears by itself", async () => {
  const page = await at("/");
  await page.getByText("rackhand rack up").waitFor();

  service.machine(pretendMachine({ name: "m1" }));

  await expect.poll(() => names(page), soon).toEqual(["m1"]);
});

it("a row says state, what it waits for, power, plan and segment, and changes while one looks", async () => {
  service.machine(pretendMachine({ attended: false, labels: { row: "7" } }));
  const page = await at("/machines");
  const row = page.getByRole("row", { name: /m1/ });

  await row.getByText('an answer to "Select a language"').waitFor();
  expect((await row.innerText()).split(/\s*\t\s*/)).toEqual([
    "m1",
    "installer",
    "for 4 min",
    'an answer to "Select a language"',
    "on",
    "none",
    "rack, not attended",
    "row=7",
  ]);
  service.machine(pretendMachine({ state: { word: "panic", since: Date.now(), waits: "a person" } }));
  await row.getByText("panic").waitFor();
});

it("the keyboard alone filters, moves and opens", async () => {
  for (const name of ["m1", "m2", "m10", "db-1"]) service.machine(pretendMachine({ name }));
  const page = await at("/");
  await expect.poll(() => names(page), soon).toEqual(["db-1", "m1", "m2", "m10"]);

  await page.keyboard.press("/");
  await page.keyboard.type("m");
  await page.keyboard.press("ArrowDown");
  for (const key of ["j", "j", "k"]) await page.keyboard.press(key);
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("m2");
  await page.keyboard.press("Enter");

  await page.getByRole("heading", { name: "m2" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/machines/m2");
  await page.goBack();
  await page.getByRole("heading", { name: "Machines" }).waitFor();
});

it("a filter that finds nothing says so, and enter opens the first that it finds", async () => {
  for (const name of ["m1", "m2"]) service.machine(pretendMachine({ name }));
  const page = await at("/machines");
  const filter = page.getByRole("searchbox");

  await filter.fill("zebra");
  await page.getByText("No machine matches “zebra”").waitFor();
  await filter.fill("installer M2");
  await filter.press("Enter");

  await page.getByRole("heading", { name: "m2" }).waitFor();
});

it("? shows the keys, and escape takes them away", async () => {
  const page = await at("/");
  await page.getByText("No machine is on record yet").waitFor();

  await page.keyboard.press("?");
  await page.getByText("Go to the machines").waitFor();
  await page.keyboard.press("Escape");

  await expect.poll(() => page.getByRole("dialog").count(), soon).toBe(0);
});

it("addresses that lead nowhere say what is there instead", async () => {
  service.machine(pretendMachine());
  const page = await at("/machines/m9");

  await page.getByText("There is no machine called “m9”").waitFor();
  await page.goto(`${service.url}/nowhere`);
  await page.getByText("There is no page at /nowhere").waitFor();
  await page.getByText("The machines are here.").click();
  await page.getByRole("heading", { name: "Machines" }).waitFor();
});

const stranger = (mac: string) => {
  const at = Date.now();
  const event = { id: 1, at, machine: null, mac, kind: "dhcp.heard" as const, detail: {} };
  return {
    ...{ mac, segment: "rack", firmware: "uefi-x64", vendor: null, uuid: null, firstSeen: at, lastSeen: at },
    event: { ...event, says: "asks for an address (UEFI x64)." },
  };
};

it("an address that is not on record is put there under a name, by keyboard alone, or forgotten", async () => {
  service.discovers([stranger("0c:c4:7a:7c:28:40"), stranger("0c:c4:7a:7c:28:41")]);
  const page = await at("/machines");
  await page.getByText("Seen on the network, not on record").waitFor();

  await page.getByRole("button", { name: "Put on record 0c:c4:7a:7c:28:40" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("web_");
  await page.getByText("Not yet: a name has lower-case letters").waitFor();
  await page.keyboard.press("Backspace");
  await page.keyboard.type("7");
  await page.getByText("rackhand machine add web7 --mac 0c:c4:7a:7c:28:40 --firmware uefi").waitFor();
  await page.keyboard.press("Enter");

  await expect.poll(() => names(page), soon).toEqual(["web7"]);
  await page.getByRole("button", { name: "Forget 0c:c4:7a:7c:28:41" }).click();
  await expect.poll(() => page.getByText("Seen on the network").count(), soon).toBe(0);
  const [forgotten] = service.asked.filter(({ row }) => row === "forgetDiscovered");
  expect(forgotten?.question).toEqual({ mac: "0c:c4:7a:7c:28:41" });
});
