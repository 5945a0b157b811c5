import { expect } from "vitest";
import { tellNight } from "./night-story.ts";
import type { PretendService } from "./pretend-service.ts";
import { visits } from "./visits.ts";

let service: PretendService;
const { it, at } = visits((fresh) => {
  service = fresh;
  tellNight(service, Date.now());
});

const soon = { timeout: 8000, interval: 20 };
const asked = (row: string) => service.asked.filter((one) => one.row === row);

it("an install shows its steps, each try, and beside them what was observed meanwhile", async () => {
  const page = await at("/installs");
  await page.getByText("Download installer components").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");

  await page.getByRole("heading", { name: "Install 12: m1" }).waitFor();
  const steps = await page.locator(".step strong").allInnerTexts();
  expect(steps).toEqual(["boot", "boot", "see the installer", "Now"]);
  await page.getByText("(try 2)").waitFor();
  await page.locator(".step").nth(1).click();

  await page.locator(".output").getByText("Linux 6.1.0-28-amd64 started.").waitFor();
});

it("an install under way is cancelled with its consequence told; one that ended cannot be, and says why", async () => {
  const page = await at("/installs/12");
  await page.getByRole("button", { name: "Cancel the install" }).click();
  await page.getByText("what is on the disk stays half written").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel the install" }).click();

  await page.getByText("the page cancelled it").first().waitFor();
  const cancel = page.getByRole("button", { name: "Cancel the install" });
  await expect.poll(() => cancel.getAttribute("title"), soon).toBe("not now: it has ended: cancelled");
  await cancel.click({ force: true });
  expect(await page.getByRole("dialog").count()).toBe(0);
  expect(asked("cancelStory")).toHaveLength(1);
});

it("how far an install is stands with it; one that failed is asked for again after a question", async () => {
  const page = await at("/installs/12");
  await page.getByText('step 3 of 4: the installer shows "Select a language", 8 %').waitFor();
  expect(await page.getByRole("button", { name: "Ask for it again" }).count()).toBe(0);

  await page.goto(`${service.url}/installs/11`);
  await page.getByText("rackhand story retry 11").waitFor();
  await page.getByRole("button", { name: "Ask for it again" }).click();
  await page.getByText("m2 is power-cycled. What it overwrites or erases is lost").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Ask for it again" }).click();

  await page.getByRole("heading", { name: "Install 13: m2" }).waitFor();
  expect(asked("retryStory").map(({ question }) => question)).toEqual([{ id: "11" }]);
});

it("a wipe and a rescue are called so, in the list, in their heads and in what ends them or begins them anew", async () => {
  const page = await at("/installs");
  await page.getByText("wipe of S3Z8NX0K512345, method auto").waitFor();
  await page.getByRole("link", { name: "10", exact: true }).click();
  await page.getByRole("heading", { name: "Wipe 10: m10" }).waitFor();
  expect(await page.title()).toBe("Wipe 10 · Rackhand");
  await page.getByRole("button", { name: "Cancel the wipe" }).click();
  await page.getByText("what was erased by then stays erased").waitFor();
  await page.keyboard.press("Escape");

  await page.goto(`${service.url}/installs/9`);
  await page.getByRole("heading", { name: "Rescue 9: m2" }).waitFor();
  await page.getByRole("button", { name: "Ask for it again" }).click();

  await page.getByText("m2 is power-cycled. What runs on it then stops at once").waitFor();
  expect(asked("cancelStory")).toEqual([]);
});

it("the BMC's password is set at random only after a question, and its sensors show trouble first", async () => {
  const page = await at("/machines/m1/bmc");
  const sensors = page.getByRole("region", { name: "Sensors" });
  await expect
    .poll(() => sensors.locator("tbody th").allInnerTexts(), soon)
    .toEqual(["FAN 1", "VBAT", "CPU Temp", "System Temp", "FAN 2", "+12 V", "PS Status"]);

  await page.getByRole("button", { name: "Set a random password" }).click();
  await page.getByText("kept sealed here and shown to nobody").waitFor();
  await page.keyboard.press("Enter"); // by reflex: the safe answer has the focus
  expect(asked("secure")).toEqual([]);
  await page.getByRole("button", { name: "Set a random password" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Set a random password" }).click();

  await page.getByText("The BMC of m1 has a new password.").waitFor();
});

it("a label is added and taken off, and a machine leaves the record only when its name is typed", async () => {
  const page = await at("/machines/m2/record");
  await page.getByLabel("New label").fill("rack=9");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Take off the label rack" }).click();
  await expect
    .poll(() => page.getByRole("button", { name: "Take off the label rack" }).count(), soon)
    .toBe(0);

  await page.getByRole("button", { name: "Take m2 off the record" }).click();
  await page.keyboard.type("m1");
  await page.keyboard.press("Enter");
  expect(asked("removeMachine")).toEqual([]);
  await page.keyboard.press("Backspace");
  await page.keyboard.type("2");
  await page.keyboard.press("Enter");

  await page.getByRole("heading", { name: "Machines" }).waitFor();
  expect(asked("removeMachine")[0]?.question).toEqual({ name: "m2" });
});

it("an image tells its age, what is wrong with it and who is armed with it, and is checked when asked", async () => {
  const page = await at("/images");
  const row = page.locator("tbody tr").filter({ has: page.getByRole("rowheader", { name: "debian-13" }) });
  await row.getByRole("link", { name: "m10" }).waitFor();
  await row.getByText("failed").click();
  await row.getByText("no kernel modules for 6.12.48").waitFor();
  expect(await row.innerText()).toMatch(/20230607\+deb12u12 \d years old/);

  await row.getByRole("button", { name: "Check now debian-13" }).click();

  await row.getByText("passed").waitFor();
});

it("a dialog keeps the focus inside, and gives it back to what opened it", async () => {
  const page = await at("/installs/12");
  const cancel = page.getByRole("button", { name: "Cancel the install" });
  await cancel.focus();
  await page.keyboard.press("Enter");

  for (let n = 0; n < 5; n += 1) {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest("dialog, body")?.tagName)).toMatch(
      /DIALOG|BODY/, // BODY: on the way around, the browser's own bar has it
    );
  }
  await page.keyboard.press("Escape");

  await expect
    .poll(() => page.evaluate(() => document.activeElement?.textContent), soon)
    .toBe("Cancel the install");
});
