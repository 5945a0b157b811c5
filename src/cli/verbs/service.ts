import { object } from "@optique/core/constructs";
import { optional, withDefault } from "@optique/core/modifiers";
import { argument, option } from "@optique/core/primitives";
import { choice, integer, string } from "@optique/core/valueparser";
import { readDuration } from "../../base/units.ts";
import { json, says } from "../common.ts";
import { columns } from "../table.ts";
import { verb } from "../verb.ts";
import type { RackState, World } from "../world.ts";

const firmware = withDefault(
  option("--firmware", choice(["bios", "uefi"]), says("What firmware the machines have")),
  "bios" as const,
);

export const serve = verb({
  words: "serve",
  says: "The service: machines, BMCs, consoles, boot segments, API and page; ctrl-C stops it, SIGHUP reloads",
  example: "rackhand serve --config /etc/rackhand.toml",
  options: object({
    config: optional(option("--config", string({ metavar: "FILE" }), says("The settings, rackhand.toml"))),
    port: optional(
      option("--port", integer({ min: 0, max: 65_535 }), says("TCP port of API and page; 0: any; else 7623")),
    ),
    segment: optional(
      option("--segment", string({ metavar: "INTERFACE" }), says("Answer DHCP, TFTP and HTTP boot there")),
    ),
    pool: optional(
      option("--pool", string({ metavar: "FROM-TO" }), says("Addresses to lease; else the upper half")),
    ),
  }),
  act: (options, { local }) => local.serve(options),
});

export const reload = verb({
  words: "reload",
  says: "Make the running service read its settings again; segments that stay as they are go on untouched",
  example: "rackhand reload",
  options: object({ json }),
  async act({ json: asJson }, { api, out }) {
    const done = await api.ask("reload", {});
    out(asJson ? JSON.stringify(done) : done.says);
    return 0;
  },
});

export const settingsCheck = verb({
  words: "settings check",
  says: "Whether a settings file is right: each mistake with its line, its key and what it wants",
  example: "rackhand settings check /etc/rackhand.toml",
  options: object({ file: argument(string({ metavar: "FILE" }), says("A rackhand.toml")), json }),
  async act({ file, json: asJson }, { local, out }) {
    const read = await local.checkSettings(file);
    out(asJson ? JSON.stringify(read) : `${file} is right`);
    return 0;
  },
});

export const settingsSchema = verb({
  words: "settings schema",
  says: "The JSON Schema of rackhand.toml, for editors",
  example: "rackhand settings schema > rackhand.schema.json",
  options: object({}),
  async act(_, { local, out }) {
    out(JSON.stringify(await local.settingsSchema(), null, 2));
    return 0;
  },
});

export const start = verb({
  words: "start",
  says: "A virtual rack, one bare machine, and its way to Debian's installer while you watch",
  example: "rackhand start --until installer --image debian-12 --json",
  options: object({
    until: optional(
      option("--until", choice(["installer"]), says("End when the installer's dialog was seen")),
    ),
    firmware,
    image: withDefault(
      option("--image", choice(["debian-12", "debian-13"]), says("What to boot")),
      "debian-12" as const,
    ),
    loader: withDefault(
      option(
        "--loader",
        choice(["auto", "pxelinux", "ipxe"]),
        says("pxelinux: even to an iPXE ROM; ipxe: even to firmware that is not iPXE"),
      ),
      "auto" as const,
    ),
    within: withDefault(
      option("--within", string({ metavar: "DURATION" }), says("How long it may take")),
      "10min",
    ),
    json,
  }),
  async act({ within, until, ...options }, { local, err }) {
    const limit = readDuration(within);
    if (limit.ok) return local.start({ ...options, until, within: limit.value });
    err(limit.flaw);
    return 2;
  },
});

export const rackUp = verb({
  words: "rack up",
  says: "A virtual rack in the background: machines with firmware, serial port and BMC; a service finds it by itself",
  example: "rackhand rack up --machines 2 --disk-gb 4",
  options: object({
    machines: withDefault(option("--machines", integer({ min: 1, max: 32 }), says("How many")), 1),
    firmware,
    diskGigabytes: optional(
      option(
        "--disk-gb",
        integer({ min: 1, max: 1000 }),
        says("Each has a disk of so many GB, serial number rack-NAME; else none"),
      ),
    ),
    json,
  }),
  async act({ json: asJson, machines, firmware: kind, diskGigabytes }, world) {
    const disk = diskGigabytes === undefined ? {} : { diskBytes: diskGigabytes * 1e9 };
    printRack(await world.local.rackUp({ machines, firmware: kind, ...disk }), asJson, world);
    return 0;
  },
});

export const rackStatus = verb({
  words: "rack status",
  says: "The virtual rack's machines; exit 1 when none runs",
  example: "rackhand rack status",
  options: object({ json }),
  async act({ json: asJson }, world) {
    const state = await world.local.rackStatus();
    printRack(state, asJson, world);
    return state.running ? 0 : 1;
  },
});

export const rackDown = verb({
  words: "rack down",
  says: "Stop the virtual rack; nothing of it stays",
  example: "rackhand rack down",
  options: object({ json }),
  async act({ json: asJson }, { local, out }) {
    const was = await local.rackDown();
    const says = was ? "The virtual rack is down" : "No virtual rack was up";
    out(asJson ? JSON.stringify({ was, says }) : says);
    return 0;
  },
});

export const doctor = verb({
  words: "doctor",
  says: "What this machine lacks for each feature, with the command that installs it; exit 1 when something is missing",
  example: "rackhand doctor",
  options: object({ json }),
  async act({ json: asJson }, { local, out, width }) {
    const features = await local.doctor();
    const packages = [...new Set(features.flatMap((feature) => feature.packages))];
    const rows = features.map((one) => [
      one.feature,
      one.missing.length === 0 ? "ready" : `lacks ${one.missing.join(", ")}`,
    ]);
    if (asJson) out(JSON.stringify(features));
    else {
      for (const line of columns(["FEATURE", "STATE"], rows, width)) out(line);
      if (packages.length > 0) out(`\nAs root: apt-get install ${packages.join(" ")}`);
    }
    return packages.length === 0 ? 0 : 1;
  },
});

export const hold = verb({
  words: "rack hold",
  says: "The inside of a virtual rack",
  example: "",
  hidden: true,
  options: object({ options: option("--options", string()) }),
  act: ({ options }, { local }) => local.rackHold(options),
});

export const agent = verb({
  words: "agent",
  says: "Attends to one segment and speaks with a service over its socket",
  example: "",
  hidden: true,
  options: object({
    state: option("--state", string()),
    loader: withDefault(option("--loader", choice(["auto", "pxelinux", "ipxe"])), "auto" as const),
  }),
  act: (options, { local }) => local.agent(options),
});

function printRack(state: RackState, asJson: boolean, { out, width }: World): void {
  const rows = state.machines.map((one) => [one.name, one.mac, one.firmware, one.power, one.bmc]);
  if (asJson) out(JSON.stringify(state));
  else if (!state.running) out("No virtual rack is up. `rackhand rack up` raises one.");
  else for (const line of columns(["NAME", "MAC", "FIRMWARE", "POWER", "BMC"], rows, width)) out(line);
}
