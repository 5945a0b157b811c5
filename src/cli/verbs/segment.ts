import { object } from "@optique/core/constructs";
import { argument } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import type { Lease, Segment } from "../../api/shapes.ts";
import { duration } from "../../base/units.ts";
import { json, says } from "../common.ts";
import { columns, fields } from "../table.ts";
import { verb } from "../verb.ts";

export const segmentList = verb({
  words: "segment list",
  says: "The networks: mode, leases, and what is wrong there; exit 1 when something is",
  example: "rackhand segment list",
  options: object({ json }),
  async act({ json: asJson }, { api, out, width }) {
    const { segments } = await api.ask("listSegments", {});
    if (asJson) out(JSON.stringify(segments));
    else if (segments.length === 0)
      out("No segments yet: docs/operating.md shows how a settings file names one.");
    else for (const line of columns(HEAD, segments.map(row), width)) out(line);
    return segments.some(({ findings }) => findings.length > 0) ? 1 : 0;
  },
});

export const segmentShow = verb({
  words: "segment show",
  says: "One network with its leases and what is wrong there; exit 1 when something is",
  example: "rackhand segment show rack-a --json",
  options: object({ name: argument(string({ metavar: "NAME" }), says("The segment's name")), json }),
  async act({ name, json: asJson }, { api, out, width, now }) {
    const shown = await api.ask("showSegment", { name });
    const { segment, leases } = shown;
    if (asJson) out(JSON.stringify(shown));
    else {
      for (const line of fields(described(segment))) out(line);
      for (const finding of segment.findings) out(`\n${finding.says}\n  ${finding.remedy}`);
      if (leases.length > 0) out("");
      if (leases.length > 0)
        for (const line of columns(
          LEASE_HEAD,
          leases.map((one) => leaseRow(one, now())),
          width,
        ))
          out(line);
    }
    return segment.findings.length > 0 ? 1 : 0;
  },
});

const HEAD = ["NAME", "MODE", "INTERFACE", "SUBNET", "AGENT", "LEASES", "FREE", "FINDINGS"];
const row = (one: Segment): string[] => [
  one.name,
  one.mode,
  one.interface,
  one.subnet,
  one.agent ?? "away",
  `${one.leases}`,
  roomWords(one),
  one.findings.map(({ id }) => id).join(", ") || "none",
];

const described = (one: Segment): [string, string][] => [
  ["name", one.name],
  ["mode", one.mode],
  ["interface", `${one.interface}, ${one.subnet}`],
  ["agent", one.agent ?? "away: nothing attends to it now"],
  ["leases", `${one.leases} hold`],
  ["free", roomWords(one)],
];

const roomWords = ({ room }: Segment): string =>
  room === null ? "-" : `${room.free} of ${room.size}${room.aside > 0 ? `, ${room.aside} set aside` : ""}`;

const LEASE_HEAD = ["ADDRESS", "MAC", "MACHINE", "ENDS"];
const leaseRow = ({ address, mac, machine, until }: Lease, now: number): string[] => [
  address,
  mac,
  machine ?? "",
  until > now ? `in ${duration(until - now)}` : `${duration(now - until)} ago`,
];
