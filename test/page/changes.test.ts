import type { Page } from "playwright-core";
import { expect } from "vitest";
import { Fault } from "../../src/base/fault.ts";
import { type PretendService, pretendMachine } from "./pretend-service.ts";
import { visits } from "./visits.ts";

let service: PretendService;
const { it, at } = visits((fresh) => {
  service = fresh;
  service.machine(pretendMachine());
});

const asked = (row: string) => service.asked.filter((one) => one.row === row).map(({ question }) => question);
const SECRET = "correct-horse";

async function opened(side: "record" | "bmc", button: "Change…" | "Put one on record…" = "Change…") {
  const page = await at(`/machines/m1/${side}`);
  await page.getByRole("button", { name: button }).click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  return { page, dialog };
}
const press = (page: Page, name: string) =>
  page.getByRole("dialog").getByRole("button", { name }).click({ force: true });

it("what is on record is changed field by field; it says what becomes what, and sends nothing else", async () => {
  const { page, dialog } = await opened("record");
  await dialog.getByText("Not yet: nothing is changed.").waitFor();
  await dialog.getByLabel(/^Firmware/).selectOption("uefi");
  await dialog.getByLabel("Serial console").fill("COM1");
  await dialog.getByText('Not yet: Serial console: "COM1" is not a serial profile').waitFor();
  await press(page, "Change m1");
  expect(asked("setMachine")).toEqual([]);
  await dialog.getByLabel("Serial console").fill("ttyS1,115200n8");
  await dialog.getByLabel("MAC addresses").fill("52:54:00:12:34:56  52:54:00:12:34:57");
  const becomes = "firmware becomes uefi (it is bios), serial console becomes ttyS1,115200n8";
  await dialog.getByText(becomes).waitFor();
  const line =
    "rackhand machine set m1 --mac 52:54:00:12:34:56 --mac 52:54:00:12:34:57 --firmware uefi --serial ttyS1,115200n8";
  await dialog.getByText(line, { exact: true }).waitFor();

  await press(page, "Change m1");

  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  const macs = ["52:54:00:12:34:56", "52:54:00:12:34:57"];
  expect(asked("setMachine")).toEqual([{ name: "m1", macs, firmware: "uefi", serial: "ttyS1,115200n8" }]);
  await page.getByRole("region", { name: "On record" }).getByText("UEFI").waitFor();
});

it("what a file declares is read-only and says where it stands; its BMC's password is the page's to tell", async () => {
  const bmc = { address: "10.77.0.2", port: 623, user: "admin", lacksPassword: true as const };
  service.machine(pretendMachine({ bmc, declared: { by: "file", name: "/srv/machines.toml" } }));
  const record = await at("/machines/m1/record");
  await record
    .getByRole("region", { name: "On record" })
    .getByText("Not now: /srv/machines.toml declares it; change it there.")
    .waitFor();
  await record.getByRole("button", { name: "Change…" }).click({ force: true });
  expect(await record.getByRole("dialog").count()).toBe(0);

  const { page, dialog } = await opened("bmc");
  await dialog.getByText("The file /srv/machines.toml declares these").waitFor();
  for (const field of ["Driver", "Address", "Port", "User"])
    expect([field, await dialog.getByLabel(field).isDisabled()]).toEqual([field, true]);
  await dialog.getByText("Not yet: nothing is given as password.").waitFor();
  await dialog.getByLabel("Password").fill(SECRET);
  await press(page, "Change it");

  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  expect(asked("setBmc")).toEqual([{ name: "m1", password: SECRET, trustAnew: false }]);
});

it("what comes with an agent has nothing to change but the trust in its BMC", async () => {
  service.machine(pretendMachine({ declared: { by: "agent", name: "rack" } }));
  const { page, dialog } = await opened("bmc");
  expect(await dialog.getByLabel("Password").isDisabled()).toBe(true);
  await dialog.getByRole("checkbox", { name: /^Forget its certificate/ }).check();
  await dialog.getByText("rackhand machine bmc m1 --trust-anew", { exact: true }).waitFor();

  await press(page, "Change it");

  await expect.poll(() => asked("setBmc")).toEqual([{ name: "m1", trustAnew: true }]);
});

it("a BMC's password is written and never shown: not in the line, not on the page, not the next time", async () => {
  const { page, dialog } = await opened("bmc");
  await dialog.getByLabel("Driver").selectOption("redfish");
  await dialog.getByLabel("Address").fill("10.77.0.9");
  await dialog.getByLabel("Console by").selectOption("ipmitool");
  await dialog.getByLabel("Password").fill(SECRET);
  const line = "--driver redfish --bmc 10.77.0.9 --password --console-by ipmitool";
  await dialog.getByText(`IPMI_PASSWORD=… rackhand machine bmc m1 ${line}`, { exact: true }).waitFor();
  expect(await dialog.getByLabel("Password").getAttribute("type")).toBe("password");
  expect(await page.locator("body").innerText()).not.toContain(SECRET);
  const before = asked("readBmc").length;

  await press(page, "Change it");

  const change = { driver: "redfish", address: "10.77.0.9", password: SECRET, console: "ipmitool" };
  await expect.poll(() => asked("setBmc")).toEqual([{ name: "m1", ...change, trustAnew: false }]);
  const part = page.getByRole("region", { name: "Reached by" });
  await part.getByText("10.77.0.9:623").waitFor(); // the port of the pretended service
  await expect.poll(() => asked("readBmc").length).toBeGreaterThan(before); // whether it answers is asked at once
  await part.getByRole("button", { name: "Change…" }).click();
  expect(await dialog.getByLabel("Password").inputValue()).toBe("");
});

it("a machine without a BMC is given one, and a refusal is said where it can be mended", async () => {
  service.machine(pretendMachine({ bmc: null }));
  const { page, dialog } = await opened("bmc", "Put one on record…");
  await dialog.getByText("Not yet: nothing is given as address.").waitFor();
  await dialog.getByLabel("Address").fill("10.0.9.7");
  await dialog.getByLabel("User").fill("ADMIN");
  await dialog.getByText("Not yet: nothing is given as password.").waitFor();
  await dialog.getByLabel("Password").fill(SECRET);
  await dialog.getByLabel("Port").fill("70000");
  await dialog.getByText("Not yet: Port:").waitFor();
  await dialog.getByLabel("Port").fill("");
  service.failNext(new Fault("story.open", { machine: "m1", kind: "install", id: "7" }));
  await press(page, "Put it on record");
  await dialog.getByRole("alert").getByText("story.open").waitFor();
  expect(await dialog.getByLabel("Password").inputValue()).toBe(SECRET);

  await press(page, "Put it on record");

  await page.getByRole("region", { name: "Reached by" }).getByText("10.0.9.7:623").waitFor();
  const change = { driver: "ipmitool", address: "10.0.9.7", user: "ADMIN", password: SECRET };
  expect(asked("setBmc").at(-1)).toEqual({ name: "m1", ...change, trustAnew: false });
});
