import type { Page } from "playwright-core";
import { expect } from "vitest";
import { barriers } from "./axe.ts";
import { screenText } from "./browser.ts";
import { type PretendService, pretendMachine } from "./pretend-service.ts";
import { visits } from "./visits.ts";

const START = Date.UTC(2026, 2, 2, 3, 14);
let service: PretendService;
const { it, at } = visits((fresh) => {
  service = fresh;
  service.machine(pretendMachine());
  const said = (ms: number, text: string) => ({ ms, code: "o" as const, text: `${text}\r\n` });
  const mark = (ms: number, text: string) => ({ ms, code: "m" as const, text });
  service.recordings.push({
    file: "m1-2026-03-02T03-14-00-000Z.cast",
    startedAt: START,
    events: [
      ...[mark(0, "The console of m1 is attached and recorded"), said(1000, "SeaBIOS speaks")],
      ...[
        mark(5000, "The console of m1 is not attached: no carrier"),
        mark(9000, "The console of m1 is attached"),
      ],
      ...[said(60_000, "Linux version 6.1.0"), said(90_000, "Kernel panic - not syncing: alas")],
    ],
  });
});

const soon = { timeout: 10_000, interval: 50 };
const recorded = (page: Page) => page.locator(".recording .xterm-rows").innerText();

it("an event that is chosen shows the console as it was then, and l is live again", async () => {
  service.event({
    ...{ at: START + 60_500, machine: "m1", mac: null, detail: {} },
    ...{ kind: "console.sighting", says: "Linux 6.1.0 started" },
  });
  const page = await at("/machines/m1");
  service.console("m1").say("live text");

  await page.getByText("Linux 6.1.0 started").click();
  await expect.poll(() => recorded(page), soon).toContain("Linux version 6.1.0");
  expect(await recorded(page)).not.toContain("Kernel panic");
  await page.locator("h1").click();
  await page.keyboard.press("l");

  await page.getByRole("region", { name: "Recordings of m1" }).waitFor({ state: "detached" });
  await expect.poll(() => screenText(page), soon).toContain("live text");
});

it("a recording is played with its silences cut, and gone through by its marks", async () => {
  const page = await at("/machines/m1");
  await page.getByRole("button", { name: "Recordings" }).click();
  await page.getByText("00:00 of 01:30; 1 gap").waitFor();

  await page.getByLabel("Speed").selectOption("16");
  await page.getByRole("button", { name: "Play" }).click();
  await expect.poll(() => recorded(page), soon).toContain("Kernel panic");
  await page.getByRole("button", { name: "Play" }).waitFor(); // halted at its end
  await page.getByRole("button", { name: "Previous mark" }).click();
  await page.getByRole("button", { name: "Previous mark" }).click();

  await page.getByText("Not recorded here. The console of m1 is not attached: no carrier").waitFor();
  await expect.poll(() => recorded(page), soon).toContain("SeaBIOS speaks"); // drawn a moment after it is told
  expect(await recorded(page)).not.toContain("Linux version");
  expect(await barriers(page)).toEqual([]);
});

it("what was said is searched, and a line that is found leads to its moment", async () => {
  const page = await at("/machines/m1?recording=newest");

  await page.getByLabel("Search the recording").fill("Linux");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /Linux version/ }).click();

  await page.getByText("01:00 of 01:30").waitFor();
  await expect.poll(() => recorded(page), soon).toContain("SeaBIOS speaks");
});
