import { object } from "@optique/core/constructs";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import type { InventoryChange } from "../../api/shapes.ts";
import type { Answer } from "../../api/table.ts";
import { Fault } from "../../base/fault.ts";
import { json, machineName, says } from "../common.ts";
import { agree, chooseMachines, filterOptions, machineNames, yes } from "../several.ts";
import { verb } from "../verb.ts";

export const machineSet = verb({
  words: "machine set",
  says: "Change what is on record of a machine; what is not given stays",
  example: "rackhand machine set web1 --firmware uefi --serial ttyS0,115200n8",
  options: object({
    name: machineName,
    macs: multiple(option("--mac", string({ metavar: "MAC" }), says("Its network cards, all of them anew"))),
    serial: optional(option("--serial", string({ metavar: "PROFILE" }), says("Its serial console"))),
    firmware: optional(option("--firmware", choice(["bios", "uefi"]), says("What its firmware is"))),
    redirected: optional(
      option(
        "--redirected",
        choice(["yes", "no"]),
        says("Its firmware copies the screen to the serial port"),
      ),
    ),
    loader: optional(option("--loader", choice(["auto", "pxelinux", "ipxe"]), says("As for machine add"))),
    segment: optional(option("--segment", string({ metavar: "NAME" }), says("The segment it is on"))),
    json,
  }),
  async act({ name, macs, redirected, json: asJson, ...rest }, { api, out }) {
    const fields = {
      ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
      ...(macs.length > 0 && { macs: [...macs] }),
      ...(redirected && { redirected: redirected === "yes" }),
    };
    if (Object.keys(fields).length === 0)
      throw new Fault("use.wrong", { what: "Say what is to change.", verb: "machine set" });
    const machine = await api.ask("setMachine", { name, ...fields });
    out(asJson ? JSON.stringify(machine) : `${name} is changed: ${Object.keys(fields).join(", ")}`);
    return 0;
  },
});

export const machineLabel = verb({
  words: "machine label",
  says: "Put labels on a machine (key=value) and take others off (key-)",
  example: "rackhand machine label web1 rack=3 role=web old-",
  options: object({
    name: machineName,
    changes: multiple(argument(string({ metavar: "LABEL" }), says("key=value, or key- to take it off")), {
      min: 1,
    }),
    json,
  }),
  async act({ name, changes, json: asJson }, { api, out }) {
    const set = changes.filter((one) => one.includes("=")).map((one) => splitAt(one, one.indexOf("=")));
    const drop = changes.filter((one) => !one.includes("="));
    const odd = drop.find((one) => !one.endsWith("-"));
    if (odd !== undefined)
      throw new Fault("use.wrong", {
        what: `"${odd}" is neither key=value nor key-.`,
        verb: "machine label",
      });
    const machine = await api.ask("labelMachine", {
      ...{ name, set: Object.fromEntries(set), drop: drop.map((one) => one.slice(0, -1)) },
    });
    const words = Object.entries(machine.labels).map(([key, value]) => `${key}=${value}`);
    out(asJson ? JSON.stringify(machine) : `${name}: ${words.join(" ") || "no labels"}`);
    return 0;
  },
});

const splitAt = (text: string, at: number) => [text.slice(0, at), text.slice(at + 1)] as const;

export const machineExport = verb({
  words: "machine export",
  says: "Machines as a file for git, which `machine import` takes back; without secrets, and without those of agents",
  example: "rackhand machine export > machines.toml",
  options: object({ names: machineNames, ...filterOptions }),
  async act(chosen, world) {
    const isAll = chosen.names.length === 0 && chosen.label === undefined && chosen.state === undefined;
    const machines = isAll
      ? (await world.api.ask("listMachines", {})).machines
      : await chooseMachines(chosen, "machine export", world);
    world.out(
      (
        await world.local.writeMachines(machines.filter(({ declared }) => declared?.by !== "agent"))
      ).trimEnd(),
    );
    return 0;
  },
});

export const machineImport = verb({
  words: "machine import",
  says: "Make the record be as a file says, all or nothing: shows what changes and asks; what it declares is changed there only",
  example: "rackhand machine import machines.toml --dry-run",
  options: object({
    file: argument(string({ metavar: "FILE" }), says("As `machine export` writes it")),
    as: optional(
      option("--as", string({ metavar: "NAME" }), says("What the file is called on record; else its path")),
    ),
    dryRun: withDefault(
      flag("--dry-run", says("Only show what would change; exit 1 when something would")),
      false,
    ),
    letGo: withDefault(
      flag("--let-go", says("End the file's hold: its machines stay, and can be changed here")),
      false,
    ),
    yes,
    json,
  }),
  async act({ file, as, dryRun, letGo, yes: isAgreed, json: asJson }, world) {
    const { api, local, out, err } = world;
    const { path, machines } = letGo
      ? { path: local.fullPath(file), machines: [] }
      : await local.readMachines(file);
    const asked = { file: as ?? path, machines, letGo };
    const would = await api.ask("importMachines", { ...asked, dryRun: true });
    if (dryRun || would.changes.length === 0) {
      if (asJson) out(JSON.stringify(would));
      else for (const line of said(would.changes)) out(line);
      return would.changes.length === 0 ? 0 : 1;
    }
    await agree(
      said(would.changes),
      { yes: isAgreed, verb: "machine import", count: would.changes.length },
      world,
    );
    const done = await api.ask("importMachines", { ...asked, agreed: would.shows });
    out(asJson ? JSON.stringify(done) : `${done.changes.length} machines are as ${asked.file} says`);
    if (!asJson) for (const line of lacking(done)) err(line);
    return 0;
  },
});

const SIGNS: Record<InventoryChange["does"], string> = { add: "+", change: "~", remove: "-", "let go": "=" };

function said(changes: readonly InventoryChange[]): string[] {
  if (changes.length === 0) return ["Nothing changes."];
  return changes.flatMap(({ name, does, fields }) => [
    `${SIGNS[does]} ${name}: ${does}`,
    ...fields.map(
      ({ field, from, to }) =>
        `    ${field}: ${does === "add" ? to : `${from || "none"} -> ${to || "none"}`}`,
    ),
  ]);
}

const lacking = ({ lackPassword }: Answer<"importMachines">): string[] =>
  lackPassword.length === 0
    ? []
    : [
        `Nobody has told the BMC's password of ${few(lackPassword)}:`,
        `IPMI_PASSWORD=… rackhand machine bmc ${lackPassword[0]} --password`,
      ];

const few = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`;
