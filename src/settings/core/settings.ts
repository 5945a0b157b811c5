import { z } from "zod";
import { type Ipv4, readIpv4, readPool, readSubnet4 } from "../../base/ipv4.ts";
import { type Mac, readMac } from "../../base/mac.ts";
import type { Read } from "../../base/read.ts";
import { readDuration } from "../../base/units.ts";

/** A word that one of base's readers takes; its flaw is the message, its value the result. */
const word = <T>(read: (text: string) => Read<T>, example: string) =>
  z
    .string()
    .transform((text, context) => {
      const got = read(text);
      if (got.ok) return got.value;
      context.addIssue({ code: "custom", message: got.flaw });
      return z.NEVER;
    })
    .meta({ examples: [example] });

const address = word(readIpv4, "10.0.0.1");
const pool = word(readPool, "10.0.0.100-10.0.0.199").describe("the addresses to lease, first and last");
const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "lower-case letters, digits and inner hyphens");

const reservation = z.strictObject({
  mac: word(readMac, "0c:c4:7a:7c:28:40"),
  address: address.describe("this machine's own address, inside the pool or outside"),
});

const relayed = z.strictObject({
  subnet: word(readSubnet4, "10.1.0.1/24").describe("an address in it, such as the relay's, and the prefix"),
  pool,
  routers: z.array(address).default([]),
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
    image: z.string().default("debian-12").describe("whose menu a machine without a boot plan gets"),
    unknown: z
      .enum(["local", "menu"])
      .default("local")
      .describe("what a machine that is not on record gets: its own disk, or the menu"),
    reservation: z.array(reservation).default([]),
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
    for (const [i, one] of all.entries()) {
      const twin = all.findIndex((other) => other.mac === one.mac || other.address === one.address);
      if (twin < i) issue(["reservation", i], `the same MAC or address as reservation ${twin + 1}`);
    }
  });

export const settings = z
  .strictObject({
    service: z
      .strictObject({
        port: z.int().min(0).max(65_535).default(7623).describe("TCP port of API and page, on loopback"),
      })
      .default({ port: 7623 }),
    segment: z.array(segment).default([]),
  })
  .check((context) => {
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
export type SegmentSettings = z.output<typeof segment>;
export type Reservation = { readonly mac: Mac; readonly address: Ipv4 };

/** For editors: `rackhand settings schema`. */
export const settingsSchema = (): unknown =>
  z.toJSONSchema(settings, { io: "input", unrepresentable: "any" });
