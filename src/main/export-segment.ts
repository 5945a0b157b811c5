import { networkInterfaces } from "node:os";
import { Fault } from "../base/fault.ts";
import { type Ipv4, readIpv4, readPool, readSubnet4 } from "../base/ipv4.ts";
import type { Mac } from "../base/mac.ts";
import type { Read } from "../base/read.ts";
import type { ExportAsked } from "../cli/world.ts";
import type { ExportWish, Pool } from "../export/core/wish.ts";
import { refused } from "../export/core/words.ts";
import type { SegmentSettings } from "../settings/core/settings.ts";
import { readSettings } from "../settings/read-settings.ts";

type Told = {
  readonly segment: ExportWish["segment"];
  readonly reserved: ReadonlyMap<Mac, Ipv4>; // by card; options reserve by name
  readonly name: string | undefined; // only its machines are meant
};

/** The segment to export: as the options say, and where they do not, as rackhand.toml does. */
export function segmentAsked(asked: ExportAsked): Told {
  const one = asked.config === undefined ? undefined : segmentIn(asked.config, asked.segment);
  const on = asked.interface ?? one?.interface;
  if (on === undefined) throw refused("Name the interface with --interface, or the settings with --config.");
  return {
    segment: {
      interface: on,
      subnet: given(readSubnet4(asked.subnet ?? subnetHere(on))),
      pool: asked.pool === undefined ? poolOf(one) : given(readPool(asked.pool)),
      routers: addresses(asked.routers) ?? one?.routers ?? [],
      nameServers: addresses(asked.nameServers) ?? one?.["name-servers"] ?? [],
    },
    reserved: new Map((one?.reservation ?? []).map(({ mac, address }) => [mac, address])),
    name: one?.name ?? asked.segment,
  };
}

function segmentIn(path: string, name: string | undefined): SegmentSettings {
  const { segment: all } = readSettings(path);
  const fitting = all.filter((one) => name === undefined || one.name === name);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  const names = all.map((one) => one.name).join(", ") || "no segment";
  throw refused(`${path} has ${names}: name one with --segment.`);
}

function poolOf(one: SegmentSettings | undefined): Pool {
  if (one?.pool !== undefined) return one.pool;
  throw refused("Name the addresses that it may give with --pool.");
}

function subnetHere(on: string): string {
  const here = (networkInterfaces()[on] ?? []).find(({ family }) => family === "IPv4");
  if (here === undefined || here.cidr === null) throw new Fault("boot.no-interface", { name: on });
  return here.cidr;
}

/** `--reserve web1=10.0.0.21`, by machine. */
export function reservations({ reserve, machines }: ExportAsked): ReadonlyMap<string, Ipv4> {
  const pairs = reserve.map((text) => {
    const [name, address, ...more] = text.split("=");
    if (name === undefined || address === undefined || more.length > 0)
      throw refused(`"${text}" is not a reservation such as web1=10.0.0.21.`);
    if (!machines.some((machine) => machine.name === name))
      throw refused(`"${name}", for which an address is reserved, is not among the machines.`);
    return [name, given(readIpv4(address))] as const;
  });
  return new Map(pairs);
}

const addresses = (words: readonly string[]): Ipv4[] | undefined =>
  words.length === 0 ? undefined : words.map((word) => given(readIpv4(word)));

export function given<T>(read: Read<T>): T {
  if (read.ok) return read.value;
  throw refused(`${read.flaw}.`);
}
