import { afterEach, beforeEach, expect, test } from "vitest";
import { commandLine } from "../support/command-line.ts";
import { openOneService } from "../support/one-service.ts";

const patient = { timeout: 20_000, interval: 50 };
let service: Awaited<ReturnType<typeof openOneService>>;
let told: string[];
const rackhand = commandLine(() => service.url);
beforeEach(async () => {
  service = await openOneService();
  const begun = service.startAgent();
  told = begun.told;
  service.attach(begun.agent);
  const power = async () => (await service.api.ask("showMachine", { name: "m1" })).power;
  await expect.poll(() => power().catch(() => null), patient).toBe("off");
});
afterEach(() => service.close());

test("the boot device is set once or for ever, read back, and stands on the timeline with who asked", async () => {
  const read = await rackhand("machine", "boot-device", "m1");
  const once = await rackhand("machine", "boot-device", "m1", "pxe");
  const always = await rackhand("machine", "boot-device", "m1", "disk", "--persistent", "--json");

  expect(read.out).toBe("m1 starts as its firmware is set\n");
  expect(once.out).toBe("m1 starts once from pxe (BIOS)\n");
  expect(JSON.parse(always.out)).toEqual({ device: "disk", efi: false, lasts: "always" });
  expect(told).toEqual(["boot pxe", "boot always disk"]);
  const says = async () =>
    (await service.api.ask("timeline", { name: "m1", kind: "boot-device.asked,boot-device.set" })).events.map(
      (event) => event.says,
    );
  await expect
    .poll(says, patient)
    .toEqual([
      "anna asked that m1 start once from pxe",
      "m1 starts once from pxe (BIOS); its BMC reads it back so",
      "anna asked that m1 start always from disk",
      "m1 starts always from disk (BIOS); its BMC reads it back so",
    ]);
});

test("what comes with an agent is changed there, its BMC too: nobody's change is undone when it connects anew", async () => {
  const changed = await rackhand("machine", "bmc", "m1", "--bmc", "192.0.2.9", "--bmc-user", "root");

  expect(changed).toMatchObject({ code: 2, err: expect.stringContaining("machine.comes-with-agent") });
  expect((await service.api.ask("showMachine", { name: "m1" })).bmc).toMatchObject({ user: "rackhand" });
});

test("a disc goes into the virtual drive and out of it", async () => {
  const insert = await rackhand("machine", "media", "m1", "insert", "http://10.0.0.1/rescue.iso");
  const eject = await rackhand("machine", "media", "m1", "eject");

  expect([insert.code, eject.code]).toEqual([0, 0]);
  expect(told).toEqual(["insert http://10.0.0.1/rescue.iso", "eject"]);
});

test("a shutdown falls back to power off only when that was asked for, after as long as was said", async () => {
  for (const words of [["--soft"], ["--soft", "--then-hard"], ["--soft", "--then-hard=90"]]) {
    await rackhand("power", "m1", "on");
    expect([words, (await rackhand("power", "m1", "off", ...words)).code]).toEqual([words, 0]);
  }

  expect(told.filter((act) => act !== "power on")).toEqual([
    "power soft",
    "power soft-or-off",
    "power soft-or-off within 90000 ms",
  ]);
});

test.each([
  ["power", "m1", "on", "--soft"],
  ["power", "m1", "off", "--then-hard"],
  ["machine", "boot-device", "m1", "--persistent"],
  ["machine", "boot-device", "m1", "pxe", "--uri", "http://10.0.0.1/x.efi"],
  ["machine", "boot-device", "m1", "pxe", "--once", "--persistent"],
  ["machine", "media", "m1", "insert"],
  ["machine", "media", "m1", "insert", "file:///etc/passwd"],
])("%s %s %s %s… is refused, and no BMC is told anything", async (...words) => {
  const { code, err } = await rackhand(...words);

  expect([code, err]).toEqual([2, expect.stringMatching(/./)]);
  expect(told).toEqual([]);
});
