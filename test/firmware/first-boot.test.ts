import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openBrowser, screenText, visit } from "../page/browser.ts";
import { BOOT_WITHIN_MS, freshState, leftOvers, Start, saw } from "./starting.ts";

let state: string;
let forget: () => void;
beforeEach(() => {
  ({ state, forget } = freshState());
});
afterEach(async () => {
  for (const start of starts.splice(0)) {
    start.interrupt(); // a test that failed in the middle leaves nothing either
    await start.ended;
  }
  forget();
});

const starts: Start[] = [];
function begin(args: readonly string[]): Start {
  const start = new Start(state, args);
  starts.push(start);
  return start;
}

const UNTIL = ["--until", "installer", "--within", "7min"];
/** What a recording's machine wrote: words may be split over its lines. */
const written = (cast: string) =>
  cast
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line) as [number, string, string])
    .flatMap(([, kind, text]) => (kind === "o" ? [text] : []))
    .join("");
const loaded = ({ events }: Start, name: string) =>
  events.find(({ detail }) => String(detail.file).endsWith(name));

test("a bare BIOS machine is powered on through its BMC and reaches Debian 12's language dialog by iPXE", {
  timeout: BOOT_WITHIN_MS,
}, async () => {
  const start = begin(UNTIL);

  expect(await start.ended, start.err).toBe(0);

  const kinds = start.events.map(({ kind }) => kind);
  expect(kinds.indexOf("boot-device.set")).toBeLessThan(kinds.indexOf("power.acted"));
  expect(start.sightings).toEqual(["pxe-rom", "debian-boot-menu", "kernel-started", "installer-dialog"]);
  expect(start.events.at(-1)?.detail.subject).toBe("Select a language");
  expect(kinds.filter((kind) => kind === "plan.used").length).toBe(1);
  expect(loaded(start, "initrd.gz")?.kind).toBe("http.ended");
  const recordings = join(state, "recordings");
  const cast = written(readFileSync(join(recordings, readdirSync(recordings)[0]!), "utf8"));
  expect(cast).toContain("SeaBIOS"); // from the first byte
  expect(cast).toContain("Advanced options"); // Debian's own entries stood on the serial line
  expect(leftOvers(state)).toEqual([]);
});

test("a ROM that gets no iPXE menu reaches the dialog by Debian's PXELINUX and TFTP", {
  timeout: BOOT_WITHIN_MS,
}, async () => {
  const start = begin([...UNTIL, "--loader", "pxelinux"]);

  expect(await start.ended, start.err).toBe(0);

  const expected = ["pxe-rom", "pxelinux", "debian-boot-menu", "kernel-started", "installer-dialog"];
  expect(new Set(start.sightings)).toEqual(new Set(expected));
  expect(loaded(start, "initrd.gz")?.kind).toMatch(/^tftp/);
  expect(leftOvers(state)).toEqual([]);
});

test("Debian 13, fetched by apt itself, boots too; the page shows its console, and typing there reaches it", {
  timeout: BOOT_WITHIN_MS,
}, async () => {
  const start = begin(["--image", "debian-13", "--within", "7min"]);
  const url = await start.until(({ err }) => /The page: (\S+)/.exec(err)?.[1]);
  const browser = await openBrowser();
  const anna = await visit(browser, url, { who: "anna" });

  await start.until(saw("Select a language"));

  const patient = { timeout: 30_000, interval: 200 };
  await expect.poll(() => screenText(anna.page), patient).toContain("Select a language");
  await anna.page.locator(".xterm").click();
  await anna.page.keyboard.press("Enter");
  await start.until(saw("Select your location"));
  await expect.poll(() => screenText(anna.page), patient).toContain("Select your location");
  const ben = await visit(browser, url, { who: "ben" });
  await ben.page.getByText("anna has the keyboard; you watch").waitFor();
  await expect.poll(() => screenText(ben.page), patient).toContain("Select your location");
  expect([...anna.complaints, ...anna.elsewhere]).toEqual([]);
  await browser.close();
  const kernel = start.events.find(({ detail }) => detail.sighting === "kernel-started");
  expect(kernel?.detail.subject).toMatch(/\+deb13-amd64$/);
  start.interrupt();
  expect(await start.ended).toBe(0); // the job was done: ctrl-C only ends the watching
  expect(leftOvers(state)).toEqual([]);
});

test("a machine that never shows the dialog ends with exit 1, the reason and its last screen; nothing is left", {
  timeout: 120_000,
}, async () => {
  const start = begin(["--until", "installer", "--within", "2s"]);

  expect(await start.ended).toBe(1);

  expect(start.err).toContain('did not show the dialog "Select a language" within 2.0 s');
  expect(start.err).toContain("┌────");
  expect(leftOvers(state)).toEqual([]);
});

test("ctrl-C in the middle stops everything in reverse and leaves nothing", {
  timeout: 120_000,
}, async () => {
  const start = begin([]);
  await start.until(({ events }) => events.find(({ says }) => says === "m1 is on"));

  start.interrupt();

  expect(await start.ended).toBe(130);
  expect(leftOvers(state)).toEqual([]);
});
