import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Answer } from "../../src/api/table.ts";
import { posterior } from "../../src/plot/core/posterior.ts";
import { svg } from "../../src/plot/core/svg.ts";
import { barriers } from "./axe.ts";
import type { PretendService } from "./pretend-service.ts";
import { visits } from "./visits.ts";

let service: PretendService;
const { it, at } = visits((fresh) => {
  service = fresh;
});

const commit = (number: number) => `${number}`.padStart(40, "a");
const picture = svg(
  posterior(
    {
      ...{ old: "v4.11 (broken)", new: "v4.13-rc1 (fixed)", unit: "reading" },
      probability: [0.1, 0.7, 0.2],
      readings: [
        { at: -1, value: 9.7 },
        { at: 2, value: 14.2 },
      ],
    },
    100,
  ),
);
const forecast = {
  readings: { low: 12, likely: 34, high: 90 },
  ms: null,
  says: "34 to go (12 to 90)",
};
const search = (more: Partial<Answer<"showBisection">["bisection"]> = {}): Answer<"showBisection"> => ({
  bisection: {
    ...{ name: "lvmcache", repo: "/srv/linux", old: "v4.11", new: "v4.13-rc1", candidates: 3, inside: null },
    ...{
      terms: { old: "broken", new: "fixed" },
      readings: 2,
      unreadable: 0,
      spentMs: 1_800_000,
      error: 0.01,
    },
    next: { commit: commit(2), because: "it halves the doubt" },
    likely: [{ commit: commit(2), subject: "dm cache: <b>less</b> \u001b[31mcopying", probability: 0.7 }],
    ...{ is: "under way", verdict: [], lastTrouble: null, forecast, at: Date.now(), worker: "anna" },
    ...more,
  },
  picture,
  steps: [
    {
      at: Date.now(),
      by: "anna",
      commit: commit(1),
      machine: "here",
      value: 9.7,
      because: "an end comes first",
    },
    { at: Date.now(), by: "anna", commit: commit(3), machine: "m1", value: 14.2, because: "the other end" },
  ],
});

it("a search shows its picture, what is read next and why each reading was taken", async () => {
  service.bisections.push(search());
  const page = await at("/");
  await page.getByRole("link", { name: "Bisections" }).waitFor(); // the page is there, and hears keys
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await page.getByRole("link", { name: "lvmcache" }).click();

  await page.getByRole("heading", { name: "lvmcache" }).waitFor();
  await page.getByText("because it halves the doubt").waitFor();
  await page.getByText("Readings: 34 to go (12 to 90).").waitFor();
  const wide = page.getByRole("img").evaluate((one) => (one as HTMLImageElement).naturalWidth);
  expect(await wide).toBeGreaterThan(100); // the browser could draw it
  const whys = await page.locator('td[data-says="Why"]').allInnerTexts();
  expect(whys).toEqual(["the other end", "an end comes first"]);
  const subject = await page.locator('td[data-says="Subject"]').innerText();
  expect(subject).toContain("<b>less</b>");
  expect(subject).not.toContain("\u001b");
  expect(await barriers(page)).toEqual([]);
});

it("while it is measured the page follows, and says the verdict when there is one", async () => {
  service.bisections.push(search());
  const page = await at("/bisections/lvmcache");
  await page.getByText("anna is measuring").waitFor();

  const verdict = ["aaaaaaaaaaaa is the first fixed commit: 99.3 %."];
  service.bisections[0] = search({ is: "found", verdict, next: null, worker: null });

  await page.getByText("is the first fixed commit: 99.3 %").waitFor();
  await page.getByText("nobody is measuring").waitFor();
  await page.getByText("rackhand bisect report --name lvmcache").waitFor();
});

it("the report as it stands is saved from the page, as one file of its name", async () => {
  service.bisections.push(search());
  const page = await at("/bisections/lvmcache");

  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "HTML, one file" }).click();

  expect((await saved).suggestedFilename()).toBe("lvmcache.html");
  expect(readFileSync(await (await saved).path(), "utf8")).toBe("<h1>lvmcache</h1>");
});

it("where nothing is searched for, the page says how to begin", async () => {
  const page = await at("/bisections");

  await page.getByText("rackhand bisect start").waitFor();
  expect(await barriers(page)).toEqual([]);
});
