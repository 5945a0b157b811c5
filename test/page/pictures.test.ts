import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers } from "./axe.ts";
import { builtPage, missing, openBrowser, screenText, visit } from "./browser.ts";
import { illegible, nameless, shifted } from "./judging.ts";
import { tellNight } from "./night-story.ts";
import { type PretendService, pretendService } from "./pretend-service.ts";

let browser: Browser;
let night: PretendService;
let empty: PretendService;
const folder = process.env.RACKHAND_PICTURES ?? ""; // nobody looks otherwise

beforeAll(async () => {
  const web = builtPage();
  if (folder !== "") mkdirSync(folder, { recursive: true });
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
const shows = (text: string) => (page: Page) => page.getByText(text).first().waitFor();
const PICTURES: readonly [name: string, path: string, isThere: (page: Page) => Promise<unknown>][] = [
  ["machines", "/machines", shows("rack7-left")],
  ["machine", "/machines/m1", hasDialog],
  ["inventory", "/machines/m1/inventory", shows("S3Z8NX0K512345")],
  ["no-inventory", "/machines/m2/inventory", shows("No live hand has looked into m2 yet")],
  ["bmc", "/machines/m1/bmc", shows("VBAT")],
  ["record", "/machines/m1/record", shows("Take it off the record")],
  ["unattended", "/machines/rack7-left", shows("Nothing has been observed yet")],
  ["segments", "/segments", shows("10.0.0.77 answers")],
  ["segment", "/segments/rack-a", shows("Put on record")],
  ["installs", "/installs", shows("Download installer components")],
  ["install", "/installs/12", shows("Linux 6.1.0-28-amd64 started.")],
  ["checks", "/checks", shows("nobody reads the journal")],
  ["checked", "/checks/root%40m1", shows("systemd-tmpfiles")],
  ["machine-checks", "/machines/m1/checks", shows("systemd-tmpfiles")],
  ["images", "/images", shows("trixie")],
  ["nowhere", "/nowhere", shows("There is no page")],
];

for (const colorScheme of ["light", "dark"] as const)
  for (const width of [1440, 390])
    test.skipIf(missing || isAgain(colorScheme, width))(
      `every page is legible, named and steady, and axe finds no barrier: ${colorScheme}, ${width} px`,
      async () => {
        const height = width === 390 ? 844 : 900;
        const deviceScaleFactor = width === 390 ? 2 : 1;
        const options = { colorScheme, viewport: { width, height }, deviceScaleFactor };
        const { page } = await visit(browser, "about:blank", options);
        const judged: object[] = [];

        for (const [name, path, isThere] of PICTURES) {
          await page.goto(night.url + path);
          await isThere(page);
          judged.push({ name, ...(await judge(page)) });
          await shoot(page, `${name}-${colorScheme}-${width}`);
          if (name === "machine" && width === 390 && folder !== "") {
            await page.locator(".timeline").evaluate((timeline) => timeline.scrollIntoView());
            await page.screenshot({ path: join(folder, `timeline-${colorScheme}-390.png`) });
          }
        }
        for (const [name, path, says] of EMPTY) {
          await page.goto(empty.url + path);
          await shows(says)(page);
          judged.push({ name, ...(await judge(page)) });
          await shoot(page, `${name}-${colorScheme}-${width}`);
        }
        await page.context().close();

        expect(judged).toEqual([...PICTURES, ...EMPTY].map(([name]) => ({ name, ...FINE })));
      },
      120_000,
    );

/** All four are taken for somebody who looks; two of them show each theme and each width. */
function isAgain(scheme: "light" | "dark", width: number): boolean {
  return folder === "" && (scheme === "light") !== (width === 1440);
}

const EMPTY: readonly [name: string, path: string, says: string][] = [
  ["empty", "/", "No machine is on record yet"],
  ["empty-images", "/images", "No image is on this machine yet"],
  ["empty-segments", "/segments", "No network is attended to yet"],
  ["empty-checks", "/checks", "No host was checked from here yet"],
  ["empty-installs", "/installs", "Nothing was installed, rescued or wiped from here yet"],
];

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
    for (const work of ["Install…", "Rescue…", "Wipe…"]) await pictureWork(page, work);
    for (const side of ["record", "bmc"] as const) await pictureChange(page, side);
    await page.goto(`${night.url}/machines/m1`);
    await hasDialog(page);
    await page.getByText("41 of undionly").click();
    await shoot(page, "unfolded");
    await page.keyboard.press("l"); // the event that was chosen has put its recording before the live console
    await page.getByRole("button", { name: "Take the keyboard" }).click();
    await page.getByText("You have the keyboard").waitFor();
    await shoot(page, "writing");
    await night.goAway();
    await page.getByText("The service is away", { exact: true }).waitFor();
    await shoot(page, "away");
    await page.context().close();
  },
  90_000,
);

/** An install as it stands when it was looked at, a wipe with its disks named. */
async function pictureWork(page: Page, work: string): Promise<void> {
  night.looksBefore(LOOKED);
  const dialog = page.getByRole("dialog");
  await pictureDialog(page, work.slice(0, -1), async () => {
    await page.getByRole("button", { name: work }).click();
    await dialog.waitFor();
    if (work === "Install…") {
      await dialog.getByLabel("Method").selectOption("imaged");
      await dialog.getByLabel("Public key").fill("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI anna");
    }
    if (work !== "Rescue…") await dialog.getByRole("checkbox", { name: /^sda/ }).check();
    if (work === "Install…") {
      await dialog.getByRole("button", { name: "Look first" }).click();
      await dialog.getByText("has another speed").waitFor();
    }
  });
}

/** What is on record, and a BMC that a file declares, with a field changed. */
async function pictureChange(page: Page, side: "record" | "bmc"): Promise<void> {
  await page.goto(`${night.url}/machines/${side === "bmc" ? "web-1" : "m1"}/${side}`);
  const dialog = page.getByRole("dialog");
  await pictureDialog(page, `change-${side}`, async () => {
    await page.getByRole("button", { name: "Change…" }).click();
    if (side === "record") await dialog.getByLabel(/^Firmware/).selectOption("uefi");
    else await dialog.getByLabel("Password").fill("correct-horse");
  });
}

async function pictureDialog(page: Page, name: string, open: () => Promise<void>): Promise<void> {
  for (const { width, colorScheme } of WORK_LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await open();
    const judged = await judge(page);
    if (folder !== "") await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`) });
    expect({ name, width, ...judged, shifted: 0 }).toEqual({ name, width, ...FINE });
    await page.keyboard.press("Escape");
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** All four for somebody who looks, as above. */
const WORK_LOOKS = (["dark", "light"] as const)
  .flatMap((colorScheme) => [1440, 390].map((width) => ({ colorScheme, width })))
  .filter(({ colorScheme, width }) => !isAgain(colorScheme, width));

const FINE = { illegible: [], nameless: [], wider: 0, shifted: 0, barriers: [] };
const LOOKED = {
  overall: "fail" as const,
  findings: [
    { id: "bmc", is: "pass" as const, says: "The BMC of m1 answers." },
    {
      ...{ id: "serial", is: "fail" as const, overrule: true },
      says: "The BMC's serial line has another speed than m1's.",
      remedy: "Set one of them: `ipmitool sol set volatile-bit-rate`, or the machine's serial profile.",
    },
  ],
};

const shoot = async (page: Page, name: string) => {
  if (folder !== "") await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
};

const judge = async (page: Page) => ({
  illegible: await page.evaluate(illegible),
  nameless: await page.evaluate(nameless),
  wider: await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  shifted: await page.evaluate(shifted),
  barriers: await barriers(page),
});
