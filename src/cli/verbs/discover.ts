import { object } from "@optique/core/constructs";
import { multiple } from "@optique/core/modifiers";
import { argument } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import type { Answer } from "../../api/table.ts";
import { Fault } from "../../base/fault.ts";
import { readMac } from "../../base/mac.ts";
import { duration } from "../../base/units.ts";
import { json, says } from "../common.ts";
import { columns } from "../table.ts";
import { verb } from "../verb.ts";
import type { World } from "../world.ts";

type Proposal = Answer<"discover">["discovered"][number];

const HEAD = ["MAC", "MAKER", "FIRMWARE", "SEGMENT", "FIRST", "LAST", "UUID", "SAID"];

export const machineDiscover = verb({
  words: "machine discover",
  says: "Addresses that asked the network and belong to no machine on record; `machine discover forget MAC` lets one go",
  example: "rackhand machine discover",
  options: object({
    words: multiple(argument(string({ metavar: "forget MAC" }), says("Forget it until it is heard anew")), {
      max: 2,
    }),
    json,
  }),
  async act({ words: [act, mac], json: asJson }, { api, out, width, now }) {
    if (act !== undefined) {
      if (act !== "forget" || mac === undefined)
        throw new Fault("use.wrong", { what: "Only `forget MAC` stands here.", verb: "machine discover" });
      const done = await api.ask("forgetDiscovered", { mac });
      out(asJson ? JSON.stringify(done) : done.says);
      return 0;
    }
    const { discovered } = await api.ask("discover", {});
    if (asJson) out(JSON.stringify(discovered));
    else if (discovered.length === 0) out("Nobody unknown has asked the network.");
    else {
      const rows = discovered.map((one) => rowOf(one, now()));
      for (const line of columns(HEAD, rows, width)) out(line);
    }
    return 0;
  },
});

const rowOf = (one: Proposal, now: number): string[] => [
  one.mac,
  one.vendor ?? "unknown",
  one.firmware ?? "none",
  one.segment,
  `${duration(now - one.firstSeen)} ago`,
  `${duration(now - one.lastSeen)} ago`,
  one.uuid ?? "none",
  one.event.says,
];

/** What of a proposal goes on record. */
export async function proposalOf(
  text: string,
  api: World["api"],
): Promise<{ mac: string; segment: string; firmware: "bios" | "uefi" }> {
  const read = readMac(text);
  const { discovered } = await api.ask("discover", {});
  const found = discovered.find(({ mac }) => read.ok && mac === read.value);
  if (found === undefined) throw new Fault("machine.not-discovered", { mac: text });
  const { mac, segment, firmware } = found;
  return { mac, segment, firmware: firmware?.startsWith("uefi") ? "uefi" : "bios" };
}
