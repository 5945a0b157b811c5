import { object } from "@optique/core/constructs";
import { multiple, optional } from "@optique/core/modifiers";
import { argument, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import { json, says } from "../common.ts";
import { verb } from "../verb.ts";

const ADDRESS = string({ metavar: "ADDRESS" });

export const exported = verb({
  words: "export",
  says: "Machines, reservations and armed boot plans as a configuration for the servers you already run",
  example: "rackhand export dnsmasq --config /etc/rackhand/rackhand.toml --out /srv/boot",
  options: object({
    server: argument(
      choice(["isc-dhcp", "kea", "dnsmasq", "tftpd-hpa"], { metavar: "SERVER" }),
      says("For which server"),
    ),
    config: optional(
      option(
        "--config",
        string({ metavar: "FILE" }),
        says("The settings, rackhand.toml; options go before it"),
      ),
    ),
    segment: optional(
      option("--segment", string({ metavar: "NAME" }), says("Only the machines of this segment; else all")),
    ),
    interface: optional(
      option("--interface", string({ metavar: "NAME" }), says("The interface it answers on")),
    ),
    subnet: optional(
      option(
        "--subnet",
        string({ metavar: "SUBNET" }),
        says("Its own address there with the prefix length, such as 10.0.0.1/24; else that of this machine"),
      ),
    ),
    pool: optional(
      option("--pool", string({ metavar: "FROM-TO" }), says("The addresses that it may give to any machine")),
    ),
    address: optional(
      option("--address", ADDRESS, says("Where the boot files are served by TFTP; else its own address")),
    ),
    routers: multiple(option("--router", ADDRESS, says("A router to tell the machines"))),
    nameServers: multiple(option("--name-server", ADDRESS, says("A name server to tell the machines"))),
    reserve: multiple(
      option(
        "--reserve",
        string({ metavar: "NAME=ADDRESS" }),
        says("An address outside the pool for a machine"),
      ),
    ),
    out: optional(
      option("--out", string({ metavar: "DIR" }), says("Where to write; else the configuration is printed")),
    ),
    json,
  }),
  async act({ json: asJson, ...wish }, { api, local, out }) {
    const { machines } = await api.ask("listMachines", {});
    const { texts, written, machines: count } = await local.exportTo({ ...wish, machines });
    if (asJson) out(JSON.stringify({ server: wish.server, texts, written }));
    else if (written === null) out(texts.map(({ text }) => text.trimEnd()).join("\n"));
    else out(`${wish.server}: ${texts.length} file(s) for ${count} machine(s) are in ${written}`);
    return 0;
  },
});
