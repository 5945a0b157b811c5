import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Machine } from "../../src/api/shapes.ts";
import { run } from "../../src/cli/run.ts";
import type { ExportAsked, World } from "../../src/cli/world.ts";
import { exportTo } from "../../src/main/export.ts";
import { armedFor, INSTALLER, noInstaller } from "../support/armed-machine.ts";

const MAC = "0c:c4:7a:7c:28:41";

/** What `rackhand WORDS` prints, when the service has these machines. */
async function typed(words: readonly string[], machines: readonly Machine[]) {
  const lines: string[] = [];
  const hear = (line: string) => void lines.push(line);
  const world = {
    api: { ask: async () => ({ machines }) },
    local: { exportTo: (asked: ExportAsked) => exportTo(asked, tmpdir()) },
    ...{ out: hear, err: hear, width: 80, stopped: new AbortController().signal },
  };
  const code = await run(words, "0.0.0", world as unknown as World);
  return { code, said: lines.join("\n") };
}
const SEGMENT = ["--interface", "eth1", "--subnet", "10.0.0.1/24", "--pool", "10.0.0.100-10.0.0.199"];
const LOCAL: Machine = {
  ...armedFor({ name: "db1", mac: MAC, serial: "ttyS1,115200n8", image: "" }),
  plan: null,
};

test("typed without a directory, the one file is printed; a reserved address is in it", async () => {
  const { code, said } = await typed(["export", "kea", ...SEGMENT, "--reserve", "db1=10.0.0.21"], [LOCAL]);

  const config = JSON.parse(said.slice(said.indexOf("\n{")));
  expect(config.Dhcp4.subnet4[0].reservations).toEqual([
    { "hw-address": MAC, hostname: "db1", "ip-address": "10.0.0.21" },
  ]);
  expect(code).toBe(0);
});

test.each([
  [["dnsmasq", ...SEGMENT], "name a directory for them with --out"],
  [
    ["kea", ...SEGMENT, "--reserve", "web9=10.0.0.21"],
    '"web9", for which an address is reserved, is not among',
  ],
  [["kea", ...SEGMENT, "--reserve", "db1:10.0.0.21"], "is not a reservation"],
  [["kea", ...SEGMENT, "--router", "10.0.0"], "is not an IPv4 address"],
  [["kea"], "Name the interface with --interface"],
  [["kea", "--interface", "eth1", "--subnet", "10.0.0.1/24"], "with --pool"],
])("typed %j is refused with what is wrong", async (words, why) => {
  const { code, said } = await typed(["export", ...words], [LOCAL]);

  expect(code).toBe(2);
  expect(said).toContain(why);
  expect(said).toContain("[use.wrong]");
});

test("what the options do not say is taken from the segment of rackhand.toml, its reservations too", async () => {
  const home = mkdtempSync(join(tmpdir(), "export-typed-"));
  writeFileSync(join(home, "rackhand.toml"), SETTINGS);
  const other: Machine = { ...LOCAL, name: "web1", macs: ["0c:c4:7a:7c:28:40"], segment: "hall-2" };

  const words = ["export", "kea", "--config", join(home, "rackhand.toml"), "--segment", "local"];
  const { said } = await typed([...words, "--subnet", "10.0.0.1/24"], [LOCAL, other]);
  const { said: lacking } = await typed(words.slice(0, 4), [LOCAL]);

  const [subnet] = JSON.parse(said.slice(said.indexOf("\n{"))).Dhcp4.subnet4;
  expect(subnet).toMatchObject({
    ...{ interface: "eth1", pools: [{ pool: "10.0.0.100 - 10.0.0.199" }] },
    "option-data": [{ name: "routers", data: "10.0.0.254" }],
    reservations: [{ "hw-address": MAC, hostname: "db1", "ip-address": "10.0.0.21" }],
  });
  expect(lacking).toContain("has local, hall-2: name one with --segment.");
  rmSync(home, { recursive: true });
});
const SETTINGS = `
[[segment]]
name = "local"
interface = "eth1"
pool = "10.0.0.100-10.0.0.199"
routers = ["10.0.0.254"]
[[segment.reservation]]
mac = "${MAC}"
address = "10.0.0.21"
[[segment]]
name = "hall-2"
interface = "eth2"
`;

test.skipIf(noInstaller !== "")(`an arming of the day before yesterday is over${noInstaller}`, async () => {
  const fresh = armedFor({ name: "db1", mac: MAC, serial: "ttyS1,115200n8", image: INSTALLER! });
  const old: Machine = { ...fresh, plan: { ...fresh.plan!, at: Date.now() - 48 * 3_600_000 } };

  const { said: now } = await typed(["export", "isc-dhcp", ...SEGMENT], [fresh]);
  const { said: later } = await typed(["export", "isc-dhcp", ...SEGMENT], [old]);

  expect(now).toContain("machines/db1/pxelinux.0");
  expect(later).toContain("boots its own disk");
});

test("with --segment only that segment's machines are exported", async () => {
  const { said } = await typed(["export", "isc-dhcp", ...SEGMENT, "--segment", "other"], [LOCAL]);

  expect(said).not.toContain("host db1");
});
