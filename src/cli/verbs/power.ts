import { object } from "@optique/core/constructs";
import { optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import { Fault } from "../../base/fault.ts";
import { given, json, kernelParts, machineName, says } from "../common.ts";
import { verb } from "../verb.ts";

export const power = verb({
  words: "power",
  says: "Read or change one machine's power through its BMC, and read it back",
  example: "rackhand power m1 cycle",
  options: object({
    name: machineName,
    act: argument(
      choice(["status", "on", "off", "cycle", "reset", "soft"], { metavar: "ACT" }),
      says("What to do; soft asks the operating system"),
    ),
    orOff: withDefault(
      flag("--or-off", says("For soft: take the power away when it is still on after a minute")),
      false,
    ),
    json,
  }),
  async act({ name, act: asked, orOff, json: asJson }, { api, out }) {
    const act = asked === "soft" && orOff ? "soft-or-off" : asked;
    const answer =
      act === "status" ? await api.ask("readPower", { name }) : await api.ask("setPower", { name, act });
    out(asJson ? JSON.stringify(answer) : `${name} is ${answer.power}`);
    return 0;
  },
});

export const boot = verb({
  words: "boot",
  says: "Arm a boot plan, once; --now boots the machine from the network through its BMC",
  example: "rackhand boot m1 installer --image debian-12 --now",
  options: object({
    name: machineName,
    plan: argument(
      choice(["installer", "live", "kernel", "local"], { metavar: "PLAN" }),
      says("What it gets from the network"),
    ),
    image: optional(
      option(
        "--image",
        string({ metavar: "IMAGE" }),
        says("An image's name or directory; else debian-12 for installer, live for live"),
      ),
    ),
    kernel: optional(
      option(
        "--kernel",
        string({ metavar: "FILE" }),
        says("For kernel: the file, which is taken into the state directory of this machine"),
      ),
    ),
    ...kernelParts,
    preseed: optional(
      option("--preseed", string({ metavar: "FILE" }), says("For installer: its answers, served to it once")),
    ),
    now: withDefault(flag("--now", says("Boot it from the network now, through its BMC")), false),
    json,
  }),
  async act({ name, plan, now, json: asJson, ...options }, { api, local, out }) {
    const { kernel, initrd, append, preseed, image: named } = options;
    const own = [kernel, initrd, append || undefined].some((one) => one !== undefined);
    if (own && (plan !== "kernel" || kernel === undefined || named !== undefined)) {
      const what =
        "--initrd and --append belong to --kernel, which stands with the plan kernel and without --image.";
      throw new Fault("use.wrong", { what, verb: "boot" });
    }
    const added = kernel && (await local.addImage({ kernel, append, files: [], ...given({ initrd }) }));
    const image = added ? added.name : named;
    const answers = preseed === undefined ? undefined : local.readText(preseed);
    const asked = { name, plan, now, ...given({ image, preseed: answers }) };
    const machine = await api.ask("armPlan", asked);
    const armed = `${plan}${added ? ` (${image})` : ""} is armed for ${machine.name}`;
    const next = now ? "it boots from the network now" : "it takes it when it next asks the network";
    out(asJson ? JSON.stringify(machine) : `${armed}; ${next}`);
    return 0;
  },
});
