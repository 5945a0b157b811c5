import { expect } from "vitest";
import { pretendInventory } from "./pretend-inventory.ts";
import { type PretendService, pretendMachine } from "./pretend-service.ts";
import { visits } from "./visits.ts";

let service: PretendService;
const { it, at } = visits((fresh) => {
  service = fresh;
  service.machine(pretendMachine());
});

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

it("what a BMC starts its machine from is read, set for once or for ever, and read again", async () => {
  const page = await at("/machines/m1/bmc");
  const part = page.getByRole("region", { name: "Starts from" });
  await part.getByText("m1 starts as its firmware is set.").waitFor();
  await part.getByLabel("Start from").selectOption("disk");
  await part.getByLabel("How long").selectOption("always");
  await part.getByText("rackhand machine boot-device m1 disk --persistent").waitFor();

  await part.getByRole("button", { name: "Set it" }).click();

  await part.getByText("m1 starts always from disk.").waitFor();
  expect(asked("setBootDevice")).toEqual([{ name: "m1", device: "disk", lasts: "always" }]);
});

it("a disc goes into a Redfish BMC and out again; another BMC says why it takes none", async () => {
  const page = await at("/machines/m1/bmc");
  await page.getByText("it wants Redfish, and this BMC is reached by ipmitool").waitFor();
  service.machine(
    pretendMachine({ bmc: { address: "10.77.0.2", port: 443, user: "admin", driver: "redfish" } }),
  );
  const part = page.getByRole("region", { name: "Virtual disc" });
  await part.getByText("Not now: no URL is given.").waitFor();
  await part.getByLabel("URL of the disc's image").fill("http://10.0.0.1/rescue.iso");

  await part.getByRole("button", { name: "Insert" }).click();
  await part.getByText("The disc is http://10.0.0.1/rescue.iso.").waitFor();
  await part.getByRole("button", { name: "Eject" }).click();

  await part.getByText("The disc is out.").waitFor();
  expect(asked("setMedia").map(({ url }) => url)).toEqual(["http://10.0.0.1/rescue.iso", null]);
});

it("the host key of what was installed is there to be copied, and a shut down that falls back asks first", async () => {
  const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI";
  service.machine(
    pretendMachine({ installed: { at: 0, image: "debian-13", story: 3, hostKey, disks: ["S3Z8"] } }),
  );
  const page = await at("/machines/m1/record");
  await page.getByText(`m1 ${hostKey}`, { exact: true }).waitFor();
  await page.getByText("rackhand machine known-hosts m1 >>~/.ssh/known_hosts").waitFor();

  await page.goto(`${service.url}/machines/m1`);
  await page.getByRole("button", { name: "Shut down, else off" }).click();
  await page.getByText("cut its power after 60 s?").waitFor();
  expect(asked("setPower")).toEqual([]);
  await page.getByRole("button", { name: "Shut m1 down" }).click();

  await expect.poll(() => asked("setPower")).toEqual([{ name: "m1", act: "soft-or-off" }]);
});
