import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { commandLine } from "../support/command-line.ts";
import { openOneService } from "../support/one-service.ts";

const SECRET = "canary-inventory-91d2";
let service: Awaited<ReturnType<typeof openOneService>>;
let place: string;

beforeAll(async () => {
  process.env.IPMI_PASSWORD = SECRET;
  service = await openOneService();
  place = mkdtempSync(join(tmpdir(), "rackhand-inventory-"));
});
afterAll(async () => {
  await service?.close();
  rmSync(place, { recursive: true, force: true });
});

const rackhand = commandLine(() => service.url);
const inFile = (name: string, text: string) => {
  writeFileSync(join(place, name), text);
  return join(place, name);
};
const names = async (...argv: string[]) => {
  const { out } = await rackhand("machine", "list", "--json", ...argv);
  return (JSON.parse(out) as { name: string }[]).map(({ name }) => name);
};

const TWO = `[[machine]]
name = "db1"
macs = ["0c:c4:7a:00:00:03"]
segment = "rack-a"

[[machine]]
name = "web1"
macs = ["0c:c4:7a:00:00:01", "0c:c4:7a:00:00:02"]
segment = "rack-a"
firmware = "uefi"
[machine.labels]
"rack" = "3"
"role" = "web"
[machine.bmc]
driver = "redfish"
address = "192.0.2.7"
user = "ADMIN"
`;

test("a file of machines is shown, agreed to, taken whole, exported byte for byte, and changed there only", async () => {
  const file = inFile("two.toml", TWO);

  const dry = await rackhand("machine", "import", file, "--dry-run");
  const unasked = await rackhand("machine", "import", file);
  const done = await rackhand("machine", "import", file, "--yes");
  const again = await rackhand("machine", "import", file, "--dry-run");
  const exported = await rackhand("machine", "export");

  expect(dry).toMatchObject({ code: 1, out: expect.stringContaining("+ web1: add") });
  expect(unasked).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
  expect(done).toMatchObject({ code: 0, err: expect.stringContaining("machine bmc web1 --password") });
  expect(again).toMatchObject({ code: 0, out: "Nothing changes.\n" });
  expect(exported.out).toBe(TWO);
  expect(await service.api.ask("showMachine", { name: "web1" })).toMatchObject({
    declared: { by: "file", name: file },
    bmc: { lacksPassword: true },
  });
  for (const refused of [
    ["set", "web1", "--firmware", "bios"],
    ["label", "web1", "rack=4"],
    ["remove", "web1"],
    ["bmc", "web1", "--bmc", "192.0.2.8"],
  ]) {
    expect(await rackhand("machine", ...refused)).toMatchObject({
      code: 2,
      err: expect.stringContaining(file),
    });
  }
});

test("a BMC's password is told once, kept when the file comes again, and never in an export", async () => {
  await rackhand("machine", "bmc", "web1", "--password");

  const changed = inFile("two.toml", TWO.replace('"192.0.2.7"', '"192.0.2.9"'));
  const done = await rackhand("machine", "import", changed, "--yes", "--json");

  expect(JSON.parse(done.out)).toMatchObject({
    changes: [{ name: "web1", does: "change", fields: [{ field: "bmc address", to: "192.0.2.9" }] }],
    lackPassword: [],
  });
  expect(await service.store.bmcLogin("web1")).toMatchObject({ address: "192.0.2.9", password: SECRET });
  expect((await rackhand("machine", "export")).out).not.toContain(SECRET);
});

test("a wrong line takes nothing, and says file, line, key and what it wants", async () => {
  const bad = TWO.replace('"uefi"', '"efi"').replace("0c:c4:7a:00:00:03", "0c:c4:7a:00:00:0g");

  const came = await rackhand("machine", "import", inFile("two.toml", bad), "--yes");

  expect(came.code).toBe(2);
  expect(came.err).toContain("two.toml are not right, and nothing was taken");
  expect(came.err).toMatch(/line 3, machine 1, macs 1: .*0c:c4:7a:00:00:0g/);
  expect(came.err).toMatch(/line 10, machine 2, firmware: .*"bios"/);
  expect((await service.api.ask("showMachine", { name: "web1" })).firmware).toBe("uefi");
});

test("what another file declares, and an address of another machine, are refused; two may change places", async () => {
  const other = inFile("other.toml", '[[machine]]\nname = "web1"\nmacs = ["0c:c4:7a:00:00:09"]\n');
  const taken = inFile("taken.toml", '[[machine]]\nname = "new"\nmacs = ["0c:c4:7a:00:00:01"]\n');
  const swapped = TWO.replace('["0c:c4:7a:00:00:03"]', '["0c:c4:7a:00:00:01"]').replace(
    '["0c:c4:7a:00:00:01", "0c:c4:7a:00:00:02"]',
    '["0c:c4:7a:00:00:03"]',
  );

  expect(await rackhand("machine", "import", other, "--yes")).toMatchObject({
    code: 2,
    err: expect.stringContaining("web1 is declared in"),
  });
  expect(await rackhand("machine", "import", taken, "--yes")).toMatchObject({
    code: 2,
    err: expect.stringContaining("is the address of web1"),
  });
  expect(await rackhand("machine", "import", inFile("two.toml", swapped), "--yes")).toMatchObject({
    code: 0,
  });
  expect((await service.api.ask("showMachine", { name: "db1" })).macs).toEqual(["0c:c4:7a:00:00:01"]);
});

test("the record that changed after its differences were shown is not overwritten", async () => {
  const asked = { file: "git/x.toml", machines: [], letGo: false };
  const { shows } = await service.api.ask("importMachines", { ...asked, dryRun: true });

  const machine = { name: "x1", firmware: "bios", serial: "ttyS0,115200n8", redirected: false } as const;
  const rest = { loader: "auto", segment: "local", labels: {}, bmc: null } as const;
  const whole = { ...machine, ...rest, macs: ["0c:c4:7a:00:00:20"] };
  const late = service.api.ask("importMachines", { ...asked, machines: [whole], agreed: shows });

  await expect(late).rejects.toMatchObject({ id: "machine.import-stale" });
});

test("labels and names choose machines alike in lists and acts; each is named, and it is asked once", async () => {
  for (const [i, name] of ["app1", "app2", "app3"].entries())
    await rackhand("machine", "add", name, "--mac", `0c:c4:7a:00:01:0${i}`);
  await rackhand("machine", "label", "app1", "tier=a", "blue=1");
  await rackhand("machine", "label", "app2", "tier=a");
  await rackhand("machine", "label", "app1", "blue-");

  expect(await names("--label", "tier=a")).toEqual(["app1", "app2"]);
  expect(await names("app*", "--label", "tier!=a")).toEqual(["app3"]);
  expect((await rackhand("machine", "remove")).code).toBe(2);
  const unasked = await rackhand("machine", "remove", "app*");
  const done = await rackhand("machine", "remove", "app*", "--yes", "--json");

  expect(unasked).toMatchObject({ code: 2, out: "" });
  expect(unasked.err).toContain("app1: goes off the record");
  expect(unasked.err).toContain("That concerns 3 machines, and nobody is here to agree: add --yes.");
  const lines = done.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ name, done: was }) => [name, was]).sort()).toEqual([
    ["app1", true],
    ["app2", true],
    ["app3", true],
  ]);
  expect(await names("app*")).toEqual([]);
});

test("the failure of one machine does not stop the others, and the exit code tells of it", async () => {
  for (const name of ["one1", "one2"])
    await rackhand("machine", "add", name, "--mac", `0c:c4:7a:00:02:0${name[3]}`);
  const came = await rackhand("boot", "one1", "web1", "one2", "local", "--yes", "--json");
  const power = await rackhand("power", "one1", "one2", "off", "--yes");

  expect(came.code).toBe(0);
  expect(power.code).toBe(1);
  expect(power.err.match(/machine\.no-agent|machine\.no-bmc/g)).toHaveLength(2);
  expect(power.err).toContain("0 of 2 done, 2 failed");
});

test("who did it stands in the timeline; a machine that was let go is changed here again", async () => {
  await rackhand("machine", "import", join(place, "two.toml"), "--let-go", "--yes");
  await rackhand("machine", "set", "web1", "--firmware", "bios", "--mac", "0c:c4:7a:00:00:77");

  const machine = await service.api.ask("showMachine", { name: "web1" });
  expect(machine).toMatchObject({ firmware: "bios", macs: ["0c:c4:7a:00:00:77"], declared: null });
  await vi.waitFor(async () => {
    const { events } = await service.api.ask("timeline", { name: "web1", limit: 1000 });
    const acts = events.filter(({ kind }) => kind === "machine.set");
    expect(acts.at(-1)).toMatchObject({ says: "web1 was changed: firmware, macs" });
    expect(new Set(acts.map(({ detail }) => detail.by))).toEqual(new Set(["anna"]));
  });
  expect(readFileSync(join(place, "two.toml"), "utf8")).toContain("web1");
});
