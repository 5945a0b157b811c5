import { expect } from "vitest";
import { type PretendService, pretendMachine } from "./pretend-service.ts";
import { visits } from "./visits.ts";

let service: PretendService;
const { it, at } = visits((fresh) => {
  service = fresh;
  service.machine(pretendMachine());
});

const soon = { timeout: 5000, interval: 20 };
const letters = (n: number) => [...`${n}`.padStart(4, "0")].map((d) => "abcdefghij"[Number(d)]).join("");
/** Many events that do not fold. */
const tell = (count: number) => {
  for (let n = 1; n <= count; n += 1)
    service.event({
      ...{ at: n * 1000, machine: "m1", mac: null, detail: {} },
      kind: n % 10 === 0 ? "console.sighting" : "tftp.ended",
      says: `File ${letters(n)} was sent.`,
    });
};

it("a long timeline begins with its newest events; older ones come as one scrolls to them", async () => {
  tell(700);
  const page = await at("/machines/m1");
  await page.getByText("200 events").waitFor();

  await page.locator(".scroller").hover();
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, -40_000);
      return page.getByText(`File ${letters(1)} was sent.`).count();
    }, soon)
    .toBe(1);

  await page.getByText("The timeline begins here.").waitFor();
  expect(service.asked.filter(({ row }) => row === "timeline").length).toBeLessThan(6);
});

it("an event has an address of its own, and is found there however old it is", async () => {
  tell(700);
  const page = await at("/machines/m1?event=3");

  const row = page.locator(".event button[aria-current=true]");
  await row.getByText(`File ${letters(3)} was sent.`).waitFor();

  await page.getByRole("button", { name: /Copy the link to this event/ }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    `${service.url}/machines/m1?event=3`,
  );
  await page.locator("h1").click();
  await page.keyboard.press("l");
  await expect.poll(() => new URL(page.url()).search, soon).toBe("");
});

it("the timeline is filtered by kind and by words, and the kind stands in the address", async () => {
  tell(40);
  const page = await at("/machines/m1");
  await page.getByText("40 events").waitFor();

  await page.getByLabel("Kind of event").selectOption("console");
  await page.getByText("4 of 40 events").waitFor();
  await page.getByLabel("Search the timeline").fill(letters(20));

  await page.getByText("1 of 40 events").waitFor();
  expect(new URL(page.url()).search).toBe("?kind=console");
});

it("what is searched is downloaded as JSON lines", async () => {
  tell(3);
  const page = await at("/machines/m1?kind=tftp");
  await page.getByText("3 events").waitFor();

  const link = await page.getByRole("link", { name: "Download" }).getAttribute("href");

  expect(link).toBe("/api/machines/m1/timeline.jsonl?kind=tftp");
});
