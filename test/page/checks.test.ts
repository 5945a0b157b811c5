import { expect } from "vitest";
import { barriers } from "./axe.ts";
import { tellChecks } from "./checked-hosts.ts";
import { type PretendService, pretendMachine } from "./pretend-service.ts";
import { visits } from "./visits.ts";

let service: PretendService;
const { it, at } = visits((fresh) => {
  service = fresh;
});

it("the fleet shows what fails where and since when, is filtered, and leads to the host by keys alone", async () => {
  tellChecks(service, Date.now());
  const page = await at("/");
  await page.getByRole("link", { name: "Checks" }).waitFor(); // the page is there, and hears keys
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await page.getByRole("status").getByText("1 failure on 1 of 3 hosts").waitFor();
  const states = await page.locator('.checks table:first-of-type td[data-says="State"]').allInnerTexts();
  await page.getByText("By anna until 2027-01-31: new disk in January").waitFor();
  await page.getByText("mended by anna").waitFor();
  await page.getByText("Schedule nightly: 3 hosts every 24 h;").waitFor();

  await page.keyboard.press("/");
  await page.keyboard.type("journal");
  await page.getByText("boot-room").waitFor({ state: "detached" });
  expect(page.url()).toContain("filter=journal");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");

  await page.getByRole("heading", { name: "root@m1" }).waitFor();
  expect(states.map((one) => one.trim())).toEqual(["fails", "acknowledged", "could not be asked"]);
});

it("a host's page has evidence, cause, remedy and the line that mends, to be copied; strangers' words do nothing", async () => {
  tellChecks(service, Date.now());
  const page = await at("/checks/root%40m1");

  const found = page.getByRole("region", { name: "journal-readable" });
  await found.getByText("Cause: no-acl.").waitFor();
  await found.getByText("Let systemd-tmpfiles set the rights").waitFor();
  const evidence = await found.locator("pre").innerText();
  await found.getByRole("button", { name: "Copy" }).first().click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  await page.getByText("1 pass").click();
  await page.getByText("Interfaces are called as the configuration names them").waitFor();
  await page.getByText("fstab-nofail-20261129-3fa2").waitFor();

  expect(copied).toBe("rackhand check root@m1 --rule journal-readable --fix");
  expect(evidence).toContain("<b>no</b> \\x1b[31mACL");
  expect(await barriers(page)).toEqual([]);
});

it("a machine's page has the checks of its host, whoever logs in there, and follows them", async () => {
  tellChecks(service, Date.now());
  service.machine(pretendMachine({ name: "m1" }));
  const page = await at("/machines/m1");
  await page.getByRole("link", { name: "Checks" }).last().click();
  await page.getByRole("region", { name: "journal-readable" }).waitFor();

  const [one] = service.checks.hosts;
  const mended = one!.findings.map((finding) => ({ ...finding, is: "pass" as const, acknowledged: null }));
  service.checks.hosts[0] = { ...one!, findings: mended };

  await page.getByText("5 pass").waitFor();
});

it("a host that nobody asked, and a service that knows none, say what to do", async () => {
  service.machine(pretendMachine({ name: "m2" }));
  const page = await at("/checks/db9");
  await page.getByText("rackhand check db9").waitFor();
  await page.goto(`${service.url}/machines/m2/checks`);
  await page.getByText("rackhand check root@m2").waitFor();
  await page.goto(`${service.url}/checks`);

  await page.getByText("rackhand check root@db1").waitFor();
  expect(await barriers(page)).toEqual([]);
});
