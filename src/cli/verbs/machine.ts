import { object } from "@optique/core/constructs";
import { optional, withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { choice, integer, string } from "@optique/core/valueparser";
import type { Machine } from "../../api/shapes.ts";
import { Fault } from "../../base/fault.ts";
import { given, json, machineName, says } from "../common.ts";
import { dayOf, eventLine, labelWords, MACHINE_HEAD, machineRow } from "../lines.ts";
import { chooseMachines, filterOptions, machineNames, severally, severalOptions } from "../several.ts";
import { columns, fields } from "../table.ts";
import { verb } from "../verb.ts";
import { bmcOptions, reached } from "./bmc.ts";
import { proposalOf } from "./discover.ts";

export const machineAdd = verb({
  words: "machine add",
  says: "Put a machine on record",
  example:
    "IPMI_PASSWORD=… rackhand machine add web1 --mac 0c:c4:7a:7c:28:40 --bmc 10.0.9.7 --bmc-user ADMIN",
  options: object({
    name: machineName,
    mac: optional(
      option("--mac", string({ metavar: "MAC" }), says("The address of the network card that boots")),
    ),
    from: optional(
      option(
        "--from",
        string({ metavar: "MAC" }),
        says("One that `machine discover` shows: address, firmware, segment"),
      ),
    ),
    serial: withDefault(
      option("--serial", string({ metavar: "PROFILE" }), says("Its serial console, such as ttyS1,115200n8")),
      "ttyS1,115200n8",
    ),
    firmware: optional(
      option(
        "--firmware",
        choice(["bios", "uefi"]),
        says("What its firmware is; else bios, or as discovered"),
      ),
    ),
    redirected: withDefault(
      flag("--redirected", says("Its firmware copies the screen to the serial port")),
      false,
    ),
    loader: withDefault(
      option(
        "--loader",
        choice(["auto", "pxelinux", "ipxe"]),
        says("pxelinux: even to an iPXE ROM; ipxe: even to firmware that is not iPXE"),
      ),
      "auto" as const,
    ),
    segment: optional(
      option(
        "--segment",
        string({ metavar: "NAME" }),
        says("The segment it is on; else local, or as discovered"),
      ),
    ),
    ...bmcOptions,
    bmcUser: withDefault(option("--bmc-user", string({ metavar: "NAME" }), says("The BMC's user")), "ADMIN"),
    json,
  }),
  async act(options, { api, out, err }) {
    const { bmc, bmcPort, bmcUser, driver, consoleBy, commands, json: asJson, ...rest } = options;
    const { mac, from, firmware, segment, ...machine } = rest;
    // The password never stands in argv, where every user of this machine could read it.
    const password = process.env.IPMI_PASSWORD;
    if (bmc !== undefined && password === undefined) {
      err(
        "The BMC's password is missing. Give it in the environment: IPMI_PASSWORD=… rackhand machine add …",
      );
      return 2;
    }
    const how = reached({ driver, consoleBy, commands, bmcPort });
    const at = bmc === undefined ? null : { address: bmc, user: bmcUser, password: password!, ...how };
    const found = from === undefined ? {} : await proposalOf(from, api);
    const told = { ...found, ...given({ mac, segment }), ...(firmware && { firmware }) };
    if (!("mac" in told) || told.mac === undefined)
      throw new Fault("use.wrong", { what: "Give its address with --mac or --from.", verb: "machine add" });
    const added = await api.ask("addMachine", { ...machine, ...told, mac: told.mac, bmc: at });
    out(asJson ? JSON.stringify(added) : `${added.name} is on record`);
    return 0;
  },
});

export const machineKnownHosts = verb({
  words: "machine known-hosts",
  says: "The ssh host keys of what was installed on machines, as lines for ~/.ssh/known_hosts",
  example: "rackhand machine known-hosts 'web*' >>~/.ssh/known_hosts",
  options: object({ names: machineNames, ...filterOptions, json }),
  async act({ names, json: asJson, ...filter }, world) {
    const { api, out, err } = world;
    const all = names.length === 0 ? ["*"] : names; // nothing is changed
    const machines = await chooseMachines({ names: all, ...filter }, "machine known-hosts", world);
    const { segments } = await api.ask("listSegments", {});
    const leases = await Promise.all(segments.map(({ name }) => api.ask("showSegment", { name })));
    const addresses = (machine: string) =>
      leases.flatMap((one) =>
        one.leases.flatMap((lease) => (lease.machine === machine ? [lease.address] : [])),
      );
    const known = machines.flatMap(({ name, installed }) =>
      installed?.hostKey ? [{ name, addresses: addresses(name), hostKey: installed.hostKey }] : [],
    );
    if (asJson) out(JSON.stringify({ known }));
    else for (const one of known) out(`${[one.name, ...one.addresses].join(",")} ${one.hostKey}`);
    if (known.length === 0) err("Of none of them the host key is known: it is seen when an install ends.");
    return known.length === 0 ? 1 : 0;
  },
});

export const machineList = verb({
  words: "machine list",
  says: "All machines and what each is doing",
  example: "rackhand machine list 'web*' --label rack=3 --state up",
  options: object({ names: machineNames, ...filterOptions, json }),
  async act({ names, label, state, json: asJson }, { api, out, width, now }) {
    const name = names.length === 0 ? undefined : names.join(",");
    const isAll = [name, label, state].every((one) => one === undefined);
    const { machines } = await api.ask("listMachines", given({ name, label, state }));
    if (asJson) out(JSON.stringify(machines));
    else if (machines.length === 0 && !isAll) out("No machine fits.");
    else if (machines.length === 0)
      out("No machines yet. `rackhand machine add --help` shows how to add one.");
    else
      for (const line of columns(
        MACHINE_HEAD,
        machines.map((m) => machineRow(m, now())),
        width,
      ))
        out(line);
    return 0;
  },
});

export const machineShow = verb({
  words: "machine show",
  says: "One machine and the end of its timeline",
  example: "rackhand machine show m1 --events 50",
  options: object({
    name: machineName,
    events: withDefault(
      option("--events", integer({ min: 0, max: 1000 }), says("How many of the last events")),
      20,
    ),
    json,
  }),
  async act({ name, events: count, json: asJson }, { api, out }) {
    const machine = await api.ask("showMachine", { name });
    const { events: last } = count === 0 ? { events: [] } : await api.ask("timeline", { name, limit: count });
    if (asJson) out(JSON.stringify({ machine, events: last }));
    else for (const line of [...described(machine), "", ...last.map(eventLine)]) out(line);
    return 0;
  },
});

export const machineWhy = verb({
  words: "machine why",
  says: "Why a machine does not get on, with the events that show it; exit 1 when there is such a reason",
  example: "rackhand machine why web1",
  options: object({ name: machineName, json }),
  async act({ name, json: asJson }, { api, out }) {
    const why = await api.ask("why", { name });
    if (asJson) out(JSON.stringify(why));
    else if (why.says === null) out(`Nothing that ${name} did on the network stands in its way.`);
    else for (const line of [why.says, "", ...why.evidence.map(eventLine)]) out(line);
    return why.says === null ? 0 : 1;
  },
});

export const machineRemove = verb({
  words: "machine remove",
  says: "Take a machine off the record; its timeline stays",
  example: "rackhand machine remove web1",
  options: object({ ...severalOptions, json }),
  act: (chosen, world) =>
    severally(
      chosen,
      {
        verb: "machine remove",
        will: () => "goes off the record; its timeline stays",
        act: async (name) => {
          const answer = await world.api.ask("removeMachine", { name });
          return { answer, says: answer.says };
        },
      },
      world,
    ),
});

/** How the next answer to its firmware will look. */
function wayWords(ways: Machine["ways"]): string {
  const words = ways.map(({ asker, way, at }) => `${way} to ${asker} (worked on ${dayOf(at)})`);
  return words.length === 0 ? "as its kind of firmware is; it has not got on yet" : words.join(", ");
}

const declaredWords = ({ declared }: Machine): string => {
  if (declared === null) return "here";
  if (declared.by === "file") return `in ${declared.name}, and changed there only`;
  return `by the agent ${declared.name}`;
};

function planWords({ kind, image, preseed, state, by }: NonNullable<Machine["plan"]>): string {
  return `${kind} ${image ?? ""} (${state} by ${by}${preseed ? ", with a preseed" : ""})`;
}

function bmcWords({ address, port, user, driver, console }: NonNullable<Machine["bmc"]>): string {
  const by = `${driver ?? "ipmitool"}${console === undefined ? "" : `, console by ${console}`}`;
  return `${address}:${port}, user ${user}, by ${by}`;
}

function described(machine: Machine): string[] {
  const { state, plan, bmc } = machine;
  const waits = state.waits === null ? "" : `, waits for ${state.waits}`;
  return fields([
    ["name", machine.name],
    ["labels", labelWords(machine) || "none"],
    ["declared", declaredWords(machine)],
    ["state", `${state.word}${waits}`],
    ["power", machine.power],
    ["boot plan", plan === null ? "none" : planWords(plan)],
    [
      "console",
      `${machine.console.is}${machine.console.because === null ? "" : `: ${machine.console.because}`}`,
    ],
    ["writer", machine.console.writer ?? "nobody"],
    ["MAC", machine.macs.join(", ")],
    ["firmware", `${machine.firmware}, loader ${machine.loader}`],
    ["serial", `${machine.serial}${machine.redirected ? ", to which the firmware copies its screen" : ""}`],
    ["answers", wayWords(machine.ways)],
    ["segment", `${machine.segment}${machine.attended ? "" : ", which nothing attends to now"}`],
    ["BMC", bmc === null ? "none" : bmcWords(bmc)],
  ]);
}
