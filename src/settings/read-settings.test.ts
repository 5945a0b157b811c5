import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { lineOf } from "./core/line-of.ts";
import { readSettings } from "./read-settings.ts";

const home = mkdtempSync(join(tmpdir(), "rackhand-settings-"));
afterAll(() => rmSync(home, { recursive: true }));

function read(text: string) {
  const path = join(home, "rackhand.toml");
  writeFileSync(path, text);
  return readSettings(path);
}

const WHOLE = `
[service]
port = 8000

[[segment]]
name = "rack-a"
interface = "eth1"
pool = "10.0.0.100-10.0.0.199"
lease = "2h"
routers = ["10.0.0.1"]

[[segment.reservation]]
mac = "0C:C4:7A:7C:28:40"
address = "10.0.0.7"

[[segment]]
name = "rack-b"
interface = "eth2"
mode = "proxy"
`;

test.each([
  ['pattern = "(a+)+"', /line 4, sightings 1, pattern: .*can take for ever/],
  ['pattern = "("', /line 4, sightings 1, pattern: .*no regular expression/],
  ['pattern = "a"\nreads = "screens"', /sightings 1, reads/],
])("a sighting of the operator's own with %s is refused", (line, why) => {
  expect(() => read(`\n[[sightings]]\nid = "own"\n${line}\n`)).toThrow(why);
});

test("a sighting of the operator's own needs an id and a pattern", () => {
  const { sightings } = read('[[sightings]]\nid = "nvme"\npattern = "nvme\\\\d"\n');

  expect(sightings).toEqual([{ id: "nvme", pattern: /nvme\d/m, reads: "line", says: "Seen: {subject}" }]);
});

test("a whole file is read, with its defaults", () => {
  const { service, segment } = read(WHOLE);

  expect(service.port).toBe(8000);
  expect(segment[0]).toMatchObject({
    mode: "dhcp",
    lease: 7_200_000,
    pool: { from: "10.0.0.100", to: "10.0.0.199" },
    reservation: [{ mac: "0c:c4:7a:7c:28:40", address: "10.0.0.7" }],
  });
  expect(segment[1]).toMatchObject({ name: "rack-b", mode: "proxy", image: "debian-12" });
});

test("an empty file is a service without a segment", () => {
  expect(read("")).toEqual({
    service: { port: 7623 },
    commands: {},
    webhooks: [],
    checks: [],
    timeline: { keep: 90 * 86_400_000, most: 50_000 },
    mirror: { port: 3142, cache: 20e9, archives: {}, hosts: [], tunnels: [] },
    consoles: { keep: 90 * 86_400_000, most: 20e9 },
    segment: [],
    profiles: {},
    quirk: [],
    sightings: [],
    recipe: {},
  });
});

test.each([
  [
    '[[segment]]\nname = "a"\ninterface = "eth1"\npool = "10.0.0.9-10.0.0.1"',
    'line 4, segment 1, pool: "10.0.0.9-10.0.0.1" is not a pool',
  ],
  [
    '[[segment]]\nname = "a"\ninterface = "eth1"\nmod = "dhcp"',
    "line 4, segment 1, mod: there is no such key",
  ],
  ['[[segment]]\nname = "a"', "line 1, segment 1, interface: Invalid input: expected string"],
  [
    '[[segment]]\nname = "a"\ninterface = "eth1"\nlease = "10"',
    'line 4, segment 1, lease: "10" is not a duration such as 500ms',
  ],
  [
    '[[segment]]\nname = "a"\ninterface = "e1"\n[[segment]]\nname = "b"\ninterface = "e1"',
    'line 6, segment 2, interface: "e1" is the interface of segment 1',
  ],
  [
    '[[segment]]\nname = "a"\ninterface = "e1"\nmode = "proxy"\npool = "10.0.0.1-10.0.0.2"',
    "line 5, segment 1, pool: a proxy leases no addresses",
  ],
  [
    '[[segment]]\nname = "a"\ninterface = "e1"\n[[segment.reservation]]\nmac = "x"\naddress = "10.0.0.7"',
    'line 5, segment 1, reservation 1, mac: "x" is not a MAC address',
  ],
  [
    '[[quirk]]\nid = "a"\nsaw = "x"\nwhen = { asker = "bios" }\nways = { dhcp = ["fields"] }',
    'line 4, quirk 1, when, asker: Invalid option: expected one of "rom"|"ipxe"|"http"',
  ],
  [
    '[[quirk]]\nid = "a"\nsaw = "x"\n[quirk.when]\nasker = "rom"\nmacs = ["0c:c4:7g"]\n[quirk.ways]\nproxy = ["bypass"]',
    "line 6, quirk 1, when, macs 1: how a MAC address begins, such as 0c:c4:7a",
  ],
  [
    '[[quirk]]\nid = "a"\nsaw = "x"\nwhen = { asker = "rom" }\nways = { dhcp = ["filds"] }',
    'line 5, quirk 1, ways, dhcp 1: Invalid option: expected one of "fields"',
  ],
  [
    '[[quirk]]\nid = "a"\nsaw = "x"\nwhen = { asker = "rom" }\nways = { dhcp = ["fields", "url"] }',
    'line 5, quirk 1, ways, dhcp: "url" is a way to answer HTTP Boot',
  ],
  [
    '[[quirk]]\nid = "a"\nsaw = "x"\nwhen = { asker = "rom" }\nways = {}',
    "line 5, quirk 1, ways: dhcp or proxy, or both",
  ],
  [
    '[[quirk]]\nid = "a"\nsaw = "x"\nwhen = { asker = "rom" }\nways = { dhcp = ["fields"] }\n'.repeat(2),
    'line 7, quirk 2, id: "a" is the id of quirk 1 already',
  ],
  [
    '[[segment]]\nname = "a"\ninterface = "e1"\nipv6 = "lease"',
    'line 4, segment 1, ipv6: "lease" wants a pool6',
  ],
  [
    '[[segment]]\nname = "a"\ninterface = "e1"\n[[segment.reservation6]]\nmac = "0c:c4:7a:7c:28:40"\naddress = "2001:db8::7"',
    'line 1, segment 1, reservation6: only ipv6 = "lease" leases IPv6 addresses',
  ],
  [
    '[[segment]]\nname = "a"\ninterface = "e1"\nipv6 = "lease"\npool6 = "2001:db8::-2001:db8::ff"\n[[segment.reservation6]]\naddress = "2001:db8::7"',
    "line 6, segment 1, reservation6 1: either a mac or a duid, not both",
  ],
  [
    '[[segment]]\nname = "a"\ninterface = "e1"\nipv6 = "boot"\npool6 = "2001:db8::1-2001:db8::2"',
    'line 5, segment 1, pool6: only ipv6 = "lease" leases IPv6 addresses',
  ],
  [
    '[[segment]]\nname = "a"\ninterface = "e1"\nipv6 = "lease"\npool6 = "2001:db8::-2001:db8::ffff:ffff"',
    'line 5, segment 1, pool6: "2001:db8::-2001:db8::ffff:ffff" holds more than 65536 addresses',
  ],
  ["[service]\nport = 99999", "line 2, service, port: Too big"],
  ["[service]\nport = = 1", "line 2, column 8:"],
])("%j is refused with line, key and what it wants", (text, says) => {
  expect(() => read(text)).toThrow(says);
});

test("a quirk row of the operator's own is read, however its MACs are written", () => {
  const { quirk } = read(`
[[quirk]]
id = "our-broadcoms"
saw = "They pass over an offer without option 43."
when = { asker = "rom", firmware = ["bios"], macs = ["00-10-18"], vendor-class = "PXEClient", asks-for = [1, 2] }
ways = { dhcp = ["bypass", "fields"] }
`);

  expect(quirk).toEqual([
    {
      id: "our-broadcoms",
      saw: "They pass over an offer without option 43.",
      when: {
        ...{ asker: "rom", firmware: ["bios"], macs: ["00:10:18"] },
        ...{ "vendor-class": "PXEClient", "asks-for": [1, 2] },
      },
      ways: { dhcp: ["bypass", "fields"] },
    },
  ]);
});

test("all that is wrong is said at once", () => {
  const wrong = '[service]\nport = "x"\n[[segment]]\nname = "A"\ninterface = ""';

  expect(() => read(wrong)).toThrow(/line 2.*\n.*line 4.*\n.*line 5/);
});

test("a file that is not there is a fault that names it", () => {
  expect(() => readSettings(join(home, "nosuch.toml"))).toThrow(
    /nosuch\.toml are not right:\n\s+it cannot be read/,
  );
});

test("a key's line is found in the table that it belongs to", () => {
  expect(lineOf(WHOLE, ["segment", 1, "name"])).toBe(17);
  expect(lineOf(WHOLE, ["segment", 0, "reservation", 0, "address"])).toBe(14);
  expect(lineOf(WHOLE, ["segment", 1, "pool"])).toBe(16);
});

test.each([
  ['name = "n"', 'name hosts such as ["db1"], or set local = true'],
  ['name = "n"\nhosts = ["-oProxyCommand=x"]', "a host as one types it after ssh, such as root@db1"],
  ['name = "n"\nlocal = true\nevery = "10s"', "1min at least"],
  ['name = "n"\nlocal = true\n[[checks]]\nname = "n"\nlocal = true', "is the name of check 1 already"],
])("a schedule of checks with %j is refused", (lines, why) => {
  expect(() => read(`[[checks]]\n${lines}`)).toThrow(why);
});
