import type { Page } from "playwright-core";
import { expect } from "vitest";
import { Fault } from "../../src/base/fault.ts";
import { pretendInventory } from "./pretend-inventory.ts";
import { type PretendService, pretendMachine } from "./pretend-service.ts";
import { visits } from "./visits.ts";

let service: PretendService;
const { it, at } = visits((fresh) => {
  service = fresh;
  service.machine(pretendMachine());
});

const asked = (row: string) => service.asked.filter((one) => one.row === row).map(({ question }) => question);
const SERIAL = "S3Z8NX0K512345";

/** A machine's page with one of the dialogs open. */
async function opened(button: "Install…" | "Rescue…" | "Wipe…"): Promise<Page> {
  const page = await at("/machines/m1");
  await page.getByRole("button", { name: button }).click();
  await page.getByRole("dialog").waitFor();
  return page;
}
const press = (page: Page, name: string) =>
  page.getByRole("dialog").getByRole("button", { name }).click({ force: true });

it("an install is looked at first, says what it erases, and wants the disk typed before it begins", async () => {
  service.inventories.set("m1", pretendInventory(Date.now() - 60_000));
  const page = await opened("Install…");
  await page.getByLabel("Method").selectOption("imaged");
  await press(page, "Look first");
  await page.getByText("Not yet: no disk is chosen.").waitFor();
  await page.getByRole("checkbox", { name: /^sda/ }).check();
  await page.getByLabel("Public key").fill("ssh-ed25519 AAAA anna");
  await page.getByText(`Install Debian 13 on sda, 480.1 GB, serial ${SERIAL}: this erases it.`).waitFor();
  const line = `rackhand install m1 --image debian-13 --method imaged --recipe plain --disk ${SERIAL} --key KEY.pub --watch`;
  await page.getByText(line).waitFor();
  expect(asked("preflight")).toEqual([]);

  await press(page, "Look first");
  await page.getByText("The BMC answers.").waitFor();
  await page.keyboard.press("Enter"); // the focus waits where it is typed
  await page.getByText(`Not yet: ${SERIAL} is not typed.`).waitFor();
  expect(asked("install")).toEqual([]);
  await page.keyboard.type(SERIAL);
  await page.keyboard.press("Enter");

  await page.getByRole("heading", { name: /^Install 2\d: m1/ }).waitFor();
  const wish = { name: "m1", method: "imaged", image: "debian-13", disks: [SERIAL], recipe: "plain" };
  expect(asked("install")).toEqual([{ ...wish, keys: ["ssh-ed25519 AAAA anna"], despite: false }]);
});

it("what speaks against an install stands there; only what may be overruled can be, and a change wants another look", async () => {
  const skew = {
    id: "image-skew",
    is: "fail",
    says: "The mirror has no such kernel.",
    overrule: true,
  } as const;
  service.looksBefore({ overall: "fail", findings: [{ id: "bmc", is: "pass", says: "Fine." }, skew] });
  const page = await opened("Install…");
  await press(page, "Look first");
  await page.getByText("Not yet: something stands against it.").waitFor();
  await page.getByRole("checkbox", { name: "Go on although this speaks against it" }).check();
  await page.getByText("rackhand install m1 --image debian-12 --despite --watch").waitFor();

  service.looksBefore({
    overall: "fail",
    findings: [skew, { id: "wish", is: "fail", says: "No such profile." }],
  });
  await page.getByLabel("Answers").selectOption("web");
  expect(await page.getByText("The mirror has no such kernel.").count()).toBe(0);
  await press(page, "Look first");

  await page.getByText("No such profile.").waitFor();
  await page.getByText("Not yet: what stands against it must be mended first.").waitFor();
  expect(await page.getByRole("checkbox").count()).toBe(0);
  expect(asked("install")).toEqual([]);
});

it("a refusal is said in the dialog, where it can be mended; nothing typed is lost", async () => {
  const page = await opened("Install…");
  await press(page, "Look first");
  await page.getByLabel(/^Type/).fill("m1");
  service.failNext(new Fault("story.open", { machine: "m1", kind: "wipe", id: "7" }));

  await page.keyboard.press("Enter");

  const alert = page.getByRole("dialog").getByRole("alert");
  await alert.getByText("story.open").waitFor();
  expect(await page.getByLabel(/^Type/).inputValue()).toBe("m1");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /^Install 2\d: m1/ }).waitFor();
});

it("a wipe wants each serial number typed, from the inventory or, where none is, from the disk's label", async () => {
  service.inventories.set("m1", pretendInventory(Date.now()));
  const page = await opened("Wipe…");
  expect(await page.getByRole("checkbox", { name: /^sdc/ }).isDisabled()).toBe(true); // it has no number
  await page.getByRole("checkbox", { name: /^sda/ }).check();
  await page.getByRole("checkbox", { name: /^sdb/ }).check();
  await page.getByLabel("When").selectOption("later");
  await page
    .getByText("rackhand wipe m1 S3Z8NX0K512345 WD-WCC7K1234567 --method auto --read-back sample", {
      exact: true,
    })
    .waitFor();
  await page.getByLabel(/^Type/).fill(SERIAL);
  await page.keyboard.press("Enter");
  expect(asked("wipe")).toEqual([]);
  await page.getByLabel(/^Type/).fill(`${SERIAL} WD-WCC7K1234567`);

  await press(page, "Erase 2 disks");

  await page.getByRole("heading", { name: /^Wipe 2\d: m1/ }).waitFor();
  const disks = [SERIAL, "WD-WCC7K1234567"];
  expect(asked("wipe")).toEqual([{ name: "m1", disks, method: "auto", readBack: "sample", now: false }]);
  service.inventories.clear();
  await page.goto(`${service.url}/machines/m1`);
  await page.getByRole("button", { name: "Wipe…" }).click();
  await page.getByLabel("Serial number of disk 1").fill("X1");
  await page.getByText("Erase serial X1: everything on it is gone").waitFor();
});

it("a disk of the inventory opens the wipe with itself chosen", async () => {
  service.inventories.set("m1", pretendInventory(Date.now()));
  const page = await at("/machines/m1/inventory");

  await page.getByRole("button", { name: "Wipe… sdb" }).click();

  await page.getByText("Erase sdb, 4000.8 GB, serial WD-WCC7K1234567").waitFor();
});

it("a rescue takes a key, keeps it for the next time, and leaves the when to somebody without a BMC", async () => {
  service.machine(pretendMachine({ bmc: null }));
  const page = await opened("Rescue…");
  await press(page, "Rescue m1");
  await page.getByText("Not yet: no key is given.").waitFor();
  await page.getByText("m1 gets it when it next asks the network").waitFor();
  await page.getByLabel("Public key").fill("ssh-ed25519 AAAA anna");

  await press(page, "Rescue m1");

  await page.getByRole("heading", { name: /^Rescue 2\d: m1/ }).waitFor();
  expect(asked("rescue")).toEqual([{ name: "m1", key: "ssh-ed25519 AAAA anna", now: false }]);
  await page.goto(`${service.url}/machines/m1`);
  await page.getByRole("button", { name: "Rescue…" }).click();
  expect(await page.getByLabel("Public key").inputValue()).toBe("ssh-ed25519 AAAA anna");
});

it("the dialogs keep the focus, leave by escape without asking anything, and give the focus back", async () => {
  service.inventories.set("m1", pretendInventory(Date.now()));
  for (const button of ["Install…", "Rescue…", "Wipe…"] as const) {
    const page = await opened(button);
    for (let n = 0; n < 12; n += 1) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.closest("dialog, body")?.tagName)).toMatch(
        /DIALOG|BODY/, // BODY: on the way around, the browser's own bar has it
      );
    }

    await page.keyboard.press("Escape");

    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(button);
  }
  expect(service.asked.filter(({ row }) => ["install", "preflight", "rescue", "wipe"].includes(row))).toEqual(
    [],
  );
});
