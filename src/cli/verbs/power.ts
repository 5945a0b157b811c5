import { object } from "@optique/core/constructs";
import { withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import { json, machineName, says } from "../common.ts";
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
    json,
  }),
  async act({ name, act, json: asJson }, { api, out }) {
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
      choice(["installer", "local"], { metavar: "PLAN" }),
      says("What it gets from the network"),
    ),
    image: withDefault(
      option("--image", string({ metavar: "IMAGE" }), says("An image's name or directory")),
      "debian-12",
    ),
    now: withDefault(flag("--now", says("Boot it from the network now, through its BMC")), false),
    json,
  }),
  async act({ json: asJson, ...asked }, { api, out }) {
    const machine = await api.ask("armPlan", asked);
    const armed = `${asked.plan} is armed for ${machine.name}`;
    const next = asked.now ? "it boots from the network now" : "it takes it when it next asks the network";
    out(asJson ? JSON.stringify(machine) : `${armed}; ${next}`);
    return 0;
  },
});
