import { longestMatch, object } from "@optique/core/constructs";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { integer, string } from "@optique/core/valueparser";
import type { Machine } from "../../api/shapes.ts";
import { Fault } from "../../base/fault.ts";
import { given, json, kernelParts, says } from "../common.ts";
import { filterOptions, severally, yes } from "../several.ts";
import { verb } from "../verb.ts";

const POWER_ACTS = ["status", "on", "off", "cycle", "reset", "soft"] as const;
const PLANS = ["installer", "live", "kernel", "local"] as const;

/** The last word says what is done, those before it name machines. */
const namesAnd = (metavar: string, words: string) =>
  multiple(argument(string({ metavar: `NAME... ${metavar}` }), says(words)), { min: 1 });

function apart<W extends string>(words: readonly string[], choices: readonly W[], verbWords: string) {
  const last = choices.find((choice) => choice === words.at(-1));
  if (last !== undefined) return { names: words.slice(0, -1), last };
  const what = `"${words.at(-1)}" is none of ${choices.join(", ")}.`;
  throw new Fault("use.wrong", { what, verb: verbWords });
}

export const power = verb({
  words: "power",
  says: "Read or change the power of machines through their BMCs, and read it back",
  example: "rackhand power m1 cycle",
  options: object({
    words: namesAnd("ACT", `What to do: ${POWER_ACTS.join(", ")}; soft asks the operating system`),
    ...filterOptions,
    yes,
    soft: withDefault(flag("--soft", says("For off: ask the operating system, as the act soft does")), false),
    thenHard: optional(
      longestMatch(
        option(
          "--then-hard",
          integer({ metavar: "SECONDS", min: 1, max: 600 }),
          says("With --soft: take the power away when it is still on after so long, else 60"),
        ),
        flag("--then-hard"),
      ),
    ),
    json,
  }),
  async act({ words, soft, thenHard, ...chosen }, world) {
    const { names, last: asked } = apart(words, POWER_ACTS, "power");
    const isSoft = asked === "soft" || (asked === "off" && soft);
    if ((soft || thenHard !== undefined) && !isSoft)
      throw new Fault("use.wrong", {
        what: "--soft belongs to off, --then-hard to off --soft.",
        verb: "power",
      });
    const act = !isSoft ? asked : thenHard === undefined ? "soft" : "soft-or-off";
    const within = typeof thenHard === "number" ? { softSeconds: thenHard } : {};
    const one = async (name: string) => {
      const { api } = world;
      const answer =
        act === "status"
          ? await api.ask("readPower", { name })
          : await api.ask("setPower", { name, act, ...within });
      return { answer, says: `${name} is ${answer.power}` };
    };
    const will = ({ power: now }: Machine) => `power ${act}; it is ${now} now`;
    const isQuestion = act === "status"; // which changes nothing
    return severally(
      { ...chosen, names, yes: chosen.yes || isQuestion },
      { verb: "power", will, act: one },
      world,
    );
  },
});

export const boot = verb({
  words: "boot",
  says: "Arm a boot plan, once; --now boots the machine from the network through its BMC",
  example: "rackhand boot m1 installer --image debian-12 --now",
  options: object({
    words: namesAnd("PLAN", `What it gets from the network: ${PLANS.join(", ")}`),
    ...filterOptions,
    yes,
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
  async act({ words, now, label, state, yes: isAgreed, json: asJson, ...options }, world) {
    const { api, local } = world;
    const { names, last: plan } = apart(words, PLANS, "boot");
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
    const next = now ? "it boots from the network now" : "it takes it when it next asks the network";
    const armed = `${plan}${added ? ` (${image})` : ""}`;
    const one = async (name: string) => {
      const asked = { name, plan, now, ...given({ image, preseed: answers }) };
      const answer = await api.ask("armPlan", asked);
      return { answer, says: `${armed} is armed for ${name}; ${next}` };
    };
    const will = ({ power: is }: Machine) => `${armed} is armed; ${next}${now ? ` (power is ${is})` : ""}`;
    return severally(
      { names, label, state, yes: isAgreed, json: asJson },
      { verb: "boot", will, act: one },
      world,
    );
  },
});
