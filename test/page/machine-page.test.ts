import { expect } from "vitest";
import { Fault } from "../../src/base/fault.ts";
import { screenText } from "./browser.ts";
import { type PretendService, pretendMachine } from "./pretend-service.ts";
import { visits } from "./visits.ts";

let service: PretendService;
const { it, at, visited } = visits((fresh) => {
  service = fresh;
  service.machine(pretendMachine());
});

const soon = { timeout: 5000, interval: 20 };

it("the console's text appears, what was there before and what comes", async () => {
  service.console("m1").say("Debian GNU/Linux installer boot menu\r\n");

  const page = await at("/machines/m1");

  await expect.poll(() => screenText(page), soon).toContain("Debian GNU/Linux installer boot menu");
  service.console("m1").say("Linux version 6.1.0-28-amd64");
  await expect.poll(() => screenText(page), soon).toContain("Linux version 6.1.0-28-amd64");
});

it("typing takes a free keyboard and reaches the machine", async () => {
  const page = await at("/machines/m1");

  await page.getByText("The keyboard is free").waitFor();
  await page.locator(".xterm").click();
  await page.keyboard.type("root");
  await page.keyboard.press("Enter");

  await expect.poll(() => service.console("m1").typed(), soon).toBe("root\r");
  await page.getByText("You have the keyboard").waitFor();
  await expect.poll(() => screenText(page), soon).toContain("root");
});

it("a second viewer only watches, and takes over by an explicit act", async () => {
  const anna = await at("/machines/m1", { who: "anna" });
  await anna.getByText("Take the keyboard").click();
  await anna.getByText("You have the keyboard").waitFor();
  const ben = await at("/machines/m1", { who: "ben" });

  await ben.getByText("anna has the keyboard; you watch").waitFor();
  await ben.locator(".xterm").click();
  await ben.keyboard.type("rm");
  await ben.getByText("anna has the keyboard: nothing was typed").waitFor();
  expect(service.console("m1").typed()).toBe("");

  await ben.getByRole("button", { name: "Take it over from anna" }).click();
  await ben.keyboard.type("ls");
  await expect.poll(() => service.console("m1").typed(), soon).toBe("ls");
  await anna.getByText("ben has the keyboard; you watch").waitFor();

  await ben.getByText("Give it back").click();
  await anna.getByText("The keyboard is free").waitFor();
});

it("several pasted lines are asked about before any of them is typed", async () => {
  const page = await at("/machines/m1");
  await page.locator(".xterm").click();
  await page.evaluate(() => navigator.clipboard.writeText("one\ntwo\n"));

  await page.keyboard.press("Control+Shift+V");
  await page.getByText("Paste 2 lines? Each may run as a command at once.").waitFor();
  await page.getByRole("button", { name: "Do not paste" }).click();
  expect(service.console("m1").typed()).toBe("");

  await page.keyboard.press("Control+Shift+V");
  await page.getByRole("button", { name: "Paste 2 lines" }).click();
  await expect.poll(() => service.console("m1").typed(), soon).toBe("one\rtwo\r");
});

it("what a hostile machine says cannot reach the clipboard, the title, a link or the keyboard", async () => {
  const page = await at("/machines/m1");
  await page.evaluate(() => navigator.clipboard.writeText("mine"));
  await page.getByRole("button", { name: "Take the keyboard" }).click();
  await page.getByText("You have the keyboard").waitFor();

  const link = "\x1b]8;;http://example.org/\x07link\x1b]8;;\x07";
  const clipboard = `\x1b]52;c;${Buffer.from("theirs").toString("base64")}\x07\x1b]52;c;?\x07`;
  const questions = "\x1b]0;theirs\x07\x1b]10;?\x07\x1b[21t\x1b[>c\x1bP$qm\x1b\\\x1b[?1003h\x1b[?1004h\x05";
  service.console("m1").say(`${link}${clipboard}${questions}\x1b[6n end`);

  await expect.poll(() => screenText(page), soon).toContain("link end");
  await page.locator(".xterm").hover();
  await page.locator(".xterm").click({ position: { x: 20, y: 8 } });
  await expect.poll(() => service.console("m1").typed(), soon).toBe("\x1b[1;5R"); // only where the cursor is
  expect(await page.title()).toBe("installer · m1 · Rackhand");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("mine");
  expect(page.context().pages()).toHaveLength(1);
});

it("a viewer without the keyboard never answers the machine's questions", async () => {
  const page = await at("/machines/m1");
  await page.getByText("The keyboard is free").waitFor();

  service.console("m1").say("\x1b[6n\x1b[c asked");

  await expect.poll(() => screenText(page), soon).toContain("asked");
  expect(service.console("m1").typed()).toBe("");
  await page.getByText("The keyboard is free").waitFor();
});

it("a break goes out only from whoever has the keyboard", async () => {
  const page = await at("/machines/m1");
  await page.getByText("The keyboard is free").waitFor();

  await page.getByRole("button", { name: "Break" }).click({ force: true });
  await page.getByRole("button", { name: "Take the keyboard" }).click();
  await page.getByText("You have the keyboard").waitFor();
  await page.getByRole("button", { name: "Break" }).click();

  await expect.poll(() => service.console("m1").breaks(), soon).toBe(1);
});

it("a console that is not attached says why", async () => {
  const page = await at("/machines/m1");
  await page.getByText("Attached; everything is recorded.").waitFor();

  service.console("m1").line(false, "the BMC closed the session");

  await page.getByText("Not attached: the BMC closed the session.").waitFor();
});

it("the timeline is live, and repeats fold into one row", async () => {
  const event = { at: Date.now(), machine: "m1", mac: null, detail: { server: "10.77.0.1" } };
  service.event({ ...event, kind: "power.acted", says: "The BMC was told: power cycle." });
  const page = await at("/machines/m1");
  await page.getByText("The BMC was told: power cycle.").waitFor();

  for (let block = 1; block <= 41; block += 1)
    service.event({ ...event, at: event.at + block, kind: "tftp.ended", says: `Block ${block} was resent.` });

  await page.getByText("×41").waitFor();
  await expect.poll(() => page.locator(".event").count(), soon).toBe(2);
  await page.getByText("Block 41 was resent.").click();
  await page.locator(".detail").getByText("10.77.0.1").waitFor();
  await page.getByText("Block 7 was resent.").waitFor();
});

it("the timeline follows, unless somebody has scrolled up", async () => {
  const say = (n: number) => {
    const says = `File ${String.fromCharCode(97 + (n % 26))}${String.fromCharCode(97 + Math.floor(n / 26))} was sent.`;
    return service.event({ at: n, kind: "tftp.ended", machine: "m1", mac: null, says, detail: {} });
  };
  for (let n = 0; n < 120; n += 1) say(n);
  const page = await at("/machines/m1");
  const fromEnd = () =>
    page.locator(".scroller").evaluate((e) => Math.round(e.scrollHeight - e.scrollTop - e.clientHeight));
  await page.getByText(say(120).says).waitFor();
  await expect.poll(fromEnd, soon).toBe(0);

  await page.locator(".scroller").hover();
  await page.mouse.wheel(0, -600);
  await page.getByRole("button", { name: "Back to live" }).waitFor();
  say(121);
  await page.getByText("122 events").waitFor();
  expect(await fromEnd()).toBeGreaterThan(300);

  await page.keyboard.press("l");
  await expect.poll(fromEnd, soon).toBe(0);
});

it("while the service is away the page says so, and afterwards the timeline has no gap and no double", async () => {
  const say = (says: string) =>
    service.event({ at: Date.now(), kind: "dhcp.heard", machine: "m1", mac: null, says, detail: {} });
  say("Before the cut.");
  const page = await at("/machines/m1");
  await page.getByText("Before the cut.").waitFor();
  await page.getByText("Attached; everything is recorded.").waitFor();

  await service.goAway();
  await page.getByText("The service is away", { exact: true }).waitFor();
  await page.getByText("Cut off since").waitFor();
  say("While it was cut.");
  await service.comeBack();

  await page.getByText("While it was cut.").waitFor();
  say("After the cut.");
  await page.getByText("After the cut.").waitFor();
  expect(await page.locator(".event .says").allInnerTexts()).toEqual([
    "Before the cut.",
    "While it was cut.",
    "After the cut.",
  ]);
  await page.getByText("Attached. Cut off from").waitFor();
});

it("booting the installer asks once, then arms the plan and power-cycles", async () => {
  const page = await at("/machines/m1");

  const boot = page.getByRole("button", { name: "Boot Debian 12 installer" });
  await boot.getByText("power-cycles m1 through its BMC").waitFor();
  await page.getByText("rackhand boot m1 installer --image debian-12 --now").waitFor();
  await boot.click();
  await page.getByText("unsaved work is lost").waitFor();
  expect(service.asked.filter(({ row }) => row === "armPlan")).toEqual([]);
  await page.getByRole("button", { name: "Power-cycle m1 and boot" }).click();

  await page.getByText("Debian 12 installer, used").waitFor();
  expect(service.asked.find(({ row }) => row === "armPlan")?.question).toEqual({
    name: "m1",
    plan: "installer",
    image: "debian-12",
    now: true,
  });
});

it("an act that cannot be done now is greyed, says why and does nothing", async () => {
  service.machine(pretendMachine({ attended: false }));
  const page = await at("/machines/m1");

  const cycle = page.getByRole("button", { name: "Power cycle" });
  await cycle.click({ force: true });

  expect(await cycle.getAttribute("aria-disabled")).toBe("true");
  await page.getByText("cannot be done now: nothing attends to the segment rack now.").waitFor();
  expect(service.asked.filter(({ row }) => row === "setPower")).toEqual([]);
});

it("a failure is shown in the fault table's words, with what to do", async () => {
  service.failNext(new Fault("bmc.unreachable", { machine: "m1", address: "10.77.0.2" }));
  service.machine(pretendMachine({ power: "off" }));
  const page = await at("/machines/m1");

  await page.getByRole("button", { name: "Power on" }).click();

  const alert = page.getByRole("alert");
  await alert.getByText("The BMC of m1 at 10.77.0.2 does not answer.").waitFor();
  expect(await alert.innerText()).toContain("IPMI over LAN");
  await alert.getByRole("button", { name: "Dismiss" }).click();
  await expect.poll(() => alert.innerText(), soon).toBe("");
});

it("the shown command line is copied with one key", async () => {
  const page = await at("/machines/m1");
  await page.getByRole("button", { name: "Power cycle" }).focus();

  await page.keyboard.press("c");

  await page.getByText("Copied").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("rackhand power m1 cycle");
});

it("ctrl-] leaves the console for the page, so the keyboard alone is enough", async () => {
  const page = await at("/machines/m1");
  await page.getByText("The keyboard is free").waitFor();

  await page.keyboard.press("t");
  expect(await page.evaluate(() => document.activeElement?.closest(".xterm") !== null)).toBe(true);
  await page.keyboard.press("Control+]");
  await page.keyboard.press("g");
  await page.keyboard.press("m");

  await page.getByRole("heading", { name: "Machines" }).waitFor();
  expect(service.console("m1").typed()).toBe("");
});

it("nothing is asked of elsewhere and the browser has nothing to complain about", async () => {
  const { page, ...heard } = await visited("/machines/m1");
  service.console("m1").say("\x1b[31mred\x1b[0m");
  await expect.poll(() => screenText(page), soon).toContain("red");
  await page.getByRole("link", { name: "Images" }).click();
  await page.getByText("6.1.0-28-amd64").waitFor();

  expect(heard).toMatchObject({ complaints: [], elsewhere: [] });
});

it("a machine without a BMC has no console and says so, without asking for one", async () => {
  service.machine(pretendMachine({ bmc: null }));
  const page = await at("/machines/m1");

  await page.getByText("Not attached: it has no BMC on record.").waitFor();
  expect(await page.getByRole("button", { name: "Take the keyboard" }).isDisabled()).toBe(true);
});

it("while the service is away every act waits, and says for what", async () => {
  const page = await at("/machines/m1");
  await page.getByText("power-cycles m1 through its BMC").first().waitFor();

  await service.goAway();

  await page.getByText("not now: the service is away").waitFor();
});

it("a row of the timeline opens with the keyboard and shows its detail as fields", async () => {
  const detail = { path: "/m1/linux", bytes: 8_195_072 };
  service.event({ at: 0, kind: "http.ended", machine: "m1", mac: null, says: "linux was sent.", detail });
  const page = await at("/machines/m1");
  await page.getByText("linux was sent.").waitFor();

  await page.keyboard.press("j");
  await page.keyboard.press("Enter");

  await page.getByRole("definition").getByText("8195072").waitFor();
  expect(await page.locator(".detail dt").allInnerTexts()).toEqual(["at", "kind", "path", "bytes", "link"]);
});

it("the reason why a machine does not get on stands on top, its evidence a click away", async () => {
  const event = service.event({
    ...{ at: Date.now(), machine: "m1", mac: null, kind: "dhcp.silent", detail: {} },
    says: "m1 asked for arch 9 loaders.",
  });
  service.saysWhy({ says: "It asks for a loader that is not there.", evidence: [event] });
  service.machine(
    pretendMachine({ state: { word: "network boot", since: Date.now(), waits: "its boot files" } }),
  );

  const page = await at("/machines/m1");

  await page.getByText("It asks for a loader that is not there.").click();
  await page.locator(".why li").getByText("m1 asked for arch 9 loaders.").waitFor();
});
