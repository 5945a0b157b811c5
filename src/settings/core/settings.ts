import { z } from "zod";
import { readAddress } from "../../base/address.ts";
import { ALERT_NAMES } from "../../base/alert.ts";
import { type Ipv4, readIpv4, readPool, readSubnet4 } from "../../base/ipv4.ts";
import { readIpv6, readSubnet6 } from "../../base/ipv6.ts";
import { type Mac, readMac } from "../../base/mac.ts";
import { readDuration, readSize } from "../../base/units.ts";
import { checks } from "./checks.ts";
import { readBoundedPool6, wrongWithIpv6 } from "./ipv6.ts";
import { profile } from "./profile.ts";
import { recipe } from "./recipe.ts";
import { sighting } from "./sighting.ts";
import { word } from "./word.ts";

const address = word(readIpv4, "10.0.0.1");
const pool = word(readPool, "10.0.0.100-10.0.0.199").describe("the addresses to lease, first and last");
const pool6 = word(readBoundedPool6, "2001:db8::100-2001:db8::1ff")
  .optional()
  .describe('with ipv6 = "lease": the IPv6 addresses to lease, first and last');
const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "lower-case letters, digits and inner hyphens");

const reservation = z.strictObject({
  mac: word(readMac, "0c:c4:7a:7c:28:40"),
  address: address.describe("this machine's own address, inside the pool or outside"),
});

const duid = z
  .string()
  .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){2,129}$/i, "a DUID in hexadecimal, such as 00:04:7a:01")
  .transform((text) => text.toLowerCase().replaceAll(":", ""))
  .meta({ examples: ["00:03:00:01:0c:c4:7a:7c:28:40"] });

const reservation6 = z.strictObject({
  mac: word(readMac, "0c:c4:7a:7c:28:40").optional(),
  duid: duid.optional().describe("of a client whose MAC address nobody can tell"),
  address: word(readIpv6, "2001:db8::7").describe("this machine's own address, inside pool6 or outside"),
});

const relayed = z.strictObject({
  subnet: word(readSubnet4, "10.1.0.1/24").describe("an address in it, such as the relay's, and the prefix"),
  pool,
  routers: z.array(address).default([]),
  subnet6: word(readSubnet6, "2001:db8:1::1/64")
    .optional()
    .describe("its IPv6 subnet, as the relay names it"),
  pool6,
});

export const segment = z
  .strictObject({
    name: name.describe("what machines call the segment that they are on"),
    interface: z
      .string()
      .min(1)
      .max(15)
      .describe("the network interface; its IPv4 address is the one that answers"),
    mode: z
      .enum(["dhcp", "proxy"])
      .default("dhcp")
      .describe("dhcp: leases of our own; proxy: beside another DHCP server"),
    pool: pool.optional().describe("dhcp only; not given: the upper half of the interface's subnet"),
    lease: word(readDuration, "1h").default(3_600_000).describe("how long a lease holds"),
    routers: z.array(address).default([]),
    "name-servers": z.array(address).default([]),
    "answer-solicitations": z
      .boolean()
      .optional()
      .describe("answer IPv6 router solicitations: iPXE waits 16 s otherwise; else only where we lease"),
    ipv6: z
      .enum(["off", "boot", "lease"])
      .default("off")
      .describe(
        "DHCPv6 beside your router: boot: firmware alone is answered, where hosts make their own addresses or " +
          "another server leases; lease: all get addresses of pool6",
      ),
    pool6,
    "name-servers6": z.array(word(readIpv6, "2001:db8::53")).default([]),
    image: z.string().default("debian-12").describe("whose menu a machine without a boot plan gets"),
    unknown: z
      .enum(["local", "menu"])
      .default("local")
      .describe("what a machine that is not on record gets: its own disk, or the menu"),
    "other-servers": z
      .array(word(readAddress, "10.0.0.2"))
      .default([])
      .describe("DHCP servers that are right to answer here too; others are a finding"),
    reservation: z.array(reservation).default([]),
    reservation6: z
      .array(reservation6)
      .default([])
      .describe('IPv6 addresses of machines, with ipv6 = "lease"'),
    mirror: z
      .boolean()
      .optional()
      .describe("let its machines load Debian's packages through us; not given: where we lease"),
    relayed: z.array(relayed).default([]).describe("subnets behind DHCP relays"),
  })
  .check((context) => {
    const { mode, pool: given, reservation: all } = context.value;
    const issue = (path: PropertyKey[], message: string) =>
      context.issues.push({ code: "custom", message, path, input: context.value });
    if (mode === "proxy" && given !== undefined)
      issue(["pool"], "a proxy leases no addresses; the other server does");
    if (mode === "proxy" && context.value.relayed.length > 0)
      issue(["relayed"], "a proxy leases no addresses");
    if (mode === "proxy" && all.length > 0)
      issue(["reservation"], "a proxy reserves no addresses; the other server does");
    for (const { path, message } of wrongWithIpv6(context.value)) issue(path, message);
    for (const [i, one] of all.entries()) {
      const twin = all.findIndex((other) => other.mac === one.mac || other.address === one.address);
      if (twin < i) issue(["reservation", i], `the same MAC or address as reservation ${twin + 1}`);
    }
  });

const firmware = z.enum(["bios", "uefi-ia32", "uefi-x64", "uefi-arm64"]);
const way = z.enum(["fields", "bypass", "file-and-4011", "ask-4011", "url", "url-in-file"]);
const ways = z.array(way).min(1).optional();
const macStart = z
  .string()
  .regex(/^[0-9a-f]{2}([:-][0-9a-f]{2}){0,5}$/i, "how a MAC address begins, such as 0c:c4:7a")
  .transform((text) => text.toLowerCase().replaceAll("-", ":"))
  .meta({ examples: ["0c:c4:7a"] });

const fingerprint = z.strictObject({
  asker: z.enum(["rom", "ipxe", "http"]).describe("who asks: a PXE ROM, iPXE, UEFI HTTP Boot"),
  firmware: z.array(firmware).min(1).optional(),
  macs: z.array(macStart).min(1).optional().describe("how its MAC address begins"),
  "vendor-class": z.string().min(1).max(255).optional().describe("how option 60 begins"),
  "asks-for": z.array(z.int().min(1).max(254)).min(1).optional().describe("how option 55 begins"),
});

export const quirk = z
  .strictObject({
    id: name.describe("what events call the row"),
    saw: z.string().min(1).max(1000).describe("what was seen, for whoever reads this later"),
    when: fingerprint.describe("which firmware; what is not named may be anything"),
    ways: z
      .strictObject({ dhcp: ways, proxy: ways })
      .describe("how it is answered, the best first, where we lease and where another server does"),
  })
  .check((context) => {
    const { when, ways: given } = context.value;
    const issue = (path: PropertyKey[], message: string) =>
      context.issues.push({ code: "custom", message, path, input: context.value });
    if (given.dhcp === undefined && given.proxy === undefined)
      issue(["ways"], 'dhcp or proxy, or both, such as dhcp = ["bypass"]');
    const isHttp = when.asker === "http";
    for (const mode of ["dhcp", "proxy"] as const) {
      const odd = given[mode]?.find((one) => one.startsWith("url") !== isHttp);
      if (odd !== undefined)
        issue(["ways", mode], `"${odd}" is ${isHttp ? "no way" : "a way"} to answer HTTP Boot`);
    }
  });

const HOST = "(?:[a-z0-9-]+\\.)*[a-z0-9-]+";
const host = z
  .string()
  .regex(new RegExp(`^(\\*\\.)?${HOST}(:\\d+)?$`), "a host such as apt.example.org or *.example.org");
const mirror = z.strictObject({
  port: z.int().min(0).max(65_535).default(3142).describe("TCP port on each segment's address"),
  cache: word(readSize, "20GB")
    .default(20e9)
    .describe("the most that is kept on disk; unused longest goes first"),
  archives: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, "a word such as debian"),
      z
        .string()
        .regex(
          new RegExp(`^https?://${HOST}(:\\d+)?(/[\\w./~-]+)?$`),
          "an address such as http://mirror.example.org/debian",
        ),
    )
    .default({})
    .describe("what /debian/ and the like stand for; not given: where this machine's apt gets them from"),
  hosts: z
    .array(host)
    .default([])
    .describe("further hosts whose archives it fetches; Debian's own need not be named"),
  tunnels: z
    .array(host)
    .default([])
    .describe(
      "hosts that CONNECT may lead to, port 443 unless another is named; what goes through is not kept",
    ),
});

const argv = z.array(z.string()).min(1).describe("a program and its arguments; {machine}, {address}, {user}");
const commands = z.strictObject({
  on: argv,
  off: argv,
  cycle: argv.optional().describe("not given: off, then on"),
  reset: argv.optional(),
  soft: argv.optional(),
  status: argv,
  console: argv.optional().describe("its input and output are the serial line"),
  "status-by": z.enum(["words", "exit"]).default("words").describe("exit: 0 is on, 1 is off"),
  "on-words": z.array(z.string().min(1)).default(["on", "running"]),
  "off-words": z.array(z.string().min(1)).default(["off", "shut off"]),
  within: word(readDuration, "30s").default(30_000).describe("each of them is killed after this"),
});

const webhook = z
  .strictObject({
    name: name.describe("what `rackhand webhook` calls it"),
    url: z
      .url({
        protocol: /^https?$/,
        error: "an http or https address such as https://pager.example.org/rackhand",
      })
      .describe("where to; private addresses are fine, redirects are not followed"),
    events: z.array(z.enum(ALERT_NAMES)).min(1).describe("docs/webhooks-and-metrics.md says what each is"),
    "secret-file": z.string().min(1).optional().describe("a file, 0600, whose first line signs what is sent"),
    "secret-credential": z
      .string()
      .regex(/^[\w.-]+$/, "a name as LoadCredential= has it")
      .optional()
      .describe("or a credential of systemd"),
  })
  .check((context) => {
    const { "secret-file": file, "secret-credential": credential } = context.value;
    if ((file === undefined) !== (credential === undefined)) return;
    const message = "one of secret-file and secret-credential";
    context.issues.push({ code: "custom", message, path: ["secret-file"], input: context.value });
  });

export const settings = z
  .strictObject({
    service: z
      .strictObject({
        port: z.int().min(0).max(65_535).default(7623).describe("TCP port of API and page, on loopback"),
      })
      .default({ port: 7623 }),
    mirror: mirror.prefault({}),
    webhooks: z.array(webhook).max(20).default([]).describe("whom to tell of what people are paged for"),
    checks: z.array(checks).max(100).default([]).describe("checks of hosts that the service runs"),
    consoles: z
      .strictObject({
        keep: word(readDuration, "90d")
          .default(90 * 86_400_000)
          .describe("older recordings go; what is being recorded stays"),
        most: word(readSize, "20GB")
          .default(20e9)
          .describe("of more than this, all machines' together, the oldest go"),
      })
      .prefault({}),
    timeline: z
      .strictObject({
        keep: word(readDuration, "90d")
          .default(90 * 86_400_000)
          .describe("older events become counts; the last 1000 of a machine stay"),
        most: z
          .int()
          .min(1000)
          .max(10_000_000)
          .default(50_000)
          .describe("of more than this many events of a machine the first become counts"),
      })
      .prefault({}),
    segment: z.array(segment).default([]),
    commands: z
      .record(name, commands)
      .default({})
      .describe("programs that turn machines on and off, for BMCs with --driver command"),
    recipe: z
      .record(name, recipe)
      .default({})
      .describe("how imaged installs lay out disks, beside plain, lvm and raid1-lvm"),
    profiles: z
      .record(name, profile)
      .default({})
      .describe("how machines are installed: `rackhand install NAME --profile …`"),
    sightings: z
      .array(sighting)
      .max(100)
      .default([])
      .describe("what is recognised on consoles beside Rackhand's own rows; try one with console try-rule"),
    quirk: z.array(quirk).default([]).describe("looked at before Rackhand's own rows (docs/quirks.md)"),
  })
  .check((context) => {
    for (const key of ["quirk", "sightings"] as const) {
      for (const [i, { id }] of context.value[key].entries()) {
        const twin = context.value[key].findIndex((other) => other.id === id);
        if (twin === i) continue;
        const message = `"${id}" is the id of ${key} ${twin + 1} already`;
        context.issues.push({ code: "custom", message, path: [key, i, "id"], input: context.value });
      }
    }
    for (const [key, one] of [
      ["webhooks", "webhook"],
      ["checks", "check"],
    ] as const) {
      for (const [i, { name: own }] of context.value[key].entries()) {
        const twin = context.value[key].findIndex((other) => other.name === own);
        if (twin === i) continue;
        const message = `"${own}" is the name of ${one} ${twin + 1} already`;
        context.issues.push({ code: "custom", message, path: [key, i, "name"], input: context.value });
      }
    }
    for (const key of ["name", "interface"] as const) {
      for (const [i, one] of context.value.segment.entries()) {
        const twin = context.value.segment.findIndex((other) => other[key] === one[key]);
        if (twin === i) continue;
        const message = `"${one[key]}" is the ${key} of segment ${twin + 1} already`;
        context.issues.push({ code: "custom", message, path: ["segment", i, key], input: context.value });
      }
    }
  });

export type Settings = z.output<typeof settings>;
export type MirrorSettings = z.output<typeof mirror>;
export type SegmentSettings = z.output<typeof segment>;
export type QuirkSettings = z.output<typeof quirk>;
export type Reservation = { readonly mac: Mac; readonly address: Ipv4 };

/** For editors: `rackhand settings schema`. */
export const settingsSchema = (): unknown =>
  z.toJSONSchema(settings, { io: "input", unrepresentable: "any" });
