import { object } from "@optique/core/constructs";
import { optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import { bootWords } from "../../api/bmc-words.ts";
import { BOOT_DEVICES } from "../../api/choices.ts";
import { Fault } from "../../base/fault.ts";
import { given, json, machineName, says } from "../common.ts";
import { verb } from "../verb.ts";

export const machineBootDevice = verb({
  words: "machine boot-device",
  says: "What a machine's BMC tells it to start from; with a device, set it and read it back. Nothing is started",
  example: "rackhand machine boot-device web1 pxe --once",
  options: object({
    name: machineName,
    device: optional(argument(choice(BOOT_DEVICES, { metavar: "DEVICE" }), says("none takes it back"))),
    once: withDefault(flag("--once", says("For the next start alone, which is the usual")), false),
    persistent: withDefault(flag("--persistent", says("For every start until it is set anew")), false),
    uri: optional(option("--uri", string({ metavar: "URL" }), says("For http: what the firmware loads"))),
    json,
  }),
  async act({ name, device, once, persistent, uri, json: asJson }, { api, out }) {
    if (once && persistent)
      throw new Fault("use.wrong", { what: "--once or --persistent.", verb: "machine boot-device" });
    const lasts = persistent ? "always" : "once";
    if (device === undefined && (once || persistent || uri !== undefined))
      throw new Fault("use.wrong", { what: "No device is named.", verb: "machine boot-device" });
    const found =
      device === undefined
        ? await api.ask("readBootDevice", { name })
        : await api.ask("setBootDevice", { name, device, lasts, ...given({ uri }) });
    out(asJson ? JSON.stringify(found) : `${name} ${bootWords(found)}`);
    return 0;
  },
});

export const machineMedia = verb({
  words: "machine media",
  says: "Put an image at a URL into a BMC's virtual CD drive, or take it out, and read it back (Redfish)",
  example: "rackhand machine media web1 insert http://10.0.0.1/rescue.iso",
  options: object({
    name: machineName,
    does: argument(choice(["insert", "eject"], { metavar: "ACT" }), says("insert URL, or eject")),
    url: optional(argument(string({ metavar: "URL" }), says("Where the BMC itself fetches the image from"))),
    json,
  }),
  async act({ name, does, url, json: asJson }, { api, out }) {
    if ((does === "insert") !== (url !== undefined))
      throw new Fault("use.wrong", { what: "insert wants a URL, eject none.", verb: "machine media" });
    const answer = await api.ask("setMedia", { name, url: url ?? null });
    out(asJson ? JSON.stringify(answer) : answer.says);
    return 0;
  },
});
