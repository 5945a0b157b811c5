import { object } from "@optique/core/constructs";
import { optional, withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { choice, integer, string } from "@optique/core/valueparser";
import type { BmcAspect, BmcReport } from "../../api/bmc-shapes.ts";
import { printable } from "../../base/text.ts";
import { json, machineName, says } from "../common.ts";
import { severally, severalOptions } from "../several.ts";
import { columns } from "../table.ts";
import { verb } from "../verb.ts";
import type { World } from "../world.ts";

/** How a BMC is reached, the same words for adding and changing. */
export const bmcOptions = {
  bmc: optional(
    option("--bmc", string({ metavar: "ADDRESS" }), says("Its BMC; the password is read from IPMI_PASSWORD")),
  ),
  bmcPort: optional(
    option("--bmc-port", integer({ min: 1, max: 65_535 }), says("The BMC's port; else 623, 443 or 22")),
  ),
  driver: optional(
    option(
      "--driver",
      choice(["ipmitool", "redfish", "smash", "command"]),
      says("How it is spoken to; docs/bmc.md says which for which hardware"),
    ),
  ),
  consoleBy: optional(
    option("--console-by", choice(["ipmitool", "smash"]), says("Where the driver has no console of its own")),
  ),
  commands: optional(
    option("--commands", string({ metavar: "NAME" }), says("For --driver command: a table of the settings")),
  ),
};
type Reached = {
  driver: "ipmitool" | "redfish" | "smash" | "command" | undefined;
  consoleBy: "ipmitool" | "smash" | undefined;
  commands: string | undefined;
  bmcPort: number | undefined;
};

/** Without what was not given. */
export const reached = ({ driver, consoleBy, commands, bmcPort }: Reached) => ({
  ...(driver && { driver }),
  ...(consoleBy && { console: consoleBy }),
  ...(commands && { commands }),
  ...(bmcPort && { port: bmcPort }),
});

export const machineBmc = verb({
  words: "machine bmc",
  says: "What a machine's BMC is and what is unsafe about it; with options, change how it is reached",
  example: "rackhand machine bmc web1 --driver redfish --console-by ipmitool",
  options: object({
    name: machineName,
    ...bmcOptions,
    bmcUser: optional(option("--bmc-user", string({ metavar: "USER" }), says("The BMC's user"))),
    newPassword: withDefault(
      flag("--password", says("Its password was changed elsewhere: the one in IPMI_PASSWORD")),
      false,
    ),
    trustAnew: withDefault(
      flag("--trust-anew", says("Forget its certificate and host key: it was replaced or reset")),
      false,
    ),
    json,
  }),
  async act({ name, bmc, bmcUser, newPassword, trustAnew, json: asJson, ...rest }, world) {
    const { api, out, err } = world;
    const password = process.env.IPMI_PASSWORD; // not in argv, where every user of this machine could read it
    if (newPassword && password === undefined) {
      err("The new password is missing. Give it in the environment: IPMI_PASSWORD=… rackhand machine bmc …");
      return 2;
    }
    const change = {
      ...reached(rest),
      ...(bmc && { address: bmc }),
      ...(bmcUser && { user: bmcUser }),
      ...((newPassword || bmc) && password && { password }),
    };
    if (trustAnew || Object.keys(change).length > 0) {
      const machine = await api.ask("setBmc", { name, ...change, trustAnew });
      out(asJson ? JSON.stringify(machine) : `${name}: how its BMC is reached is changed`);
      return 0;
    }
    return about(["controller", "console", "users", "findings"], { name, asJson }, world);
  },
});

const aspect = (words: string, what: BmcAspect, sentence: string) =>
  verb({
    words: `machine ${words}`,
    says: sentence,
    example: `rackhand machine ${words} web1`,
    options: object({ name: machineName, json }),
    act: ({ name, json: asJson }, world) => about([what], { name, asJson }, world),
  });

export const machineSensors = aspect(
  "sensors",
  "sensors",
  "The sensors of a machine, asked from its BMC now",
);
export const machineLog = aspect("log", "log", "The newest entries of the BMC's event log (SEL)");
export const machineParts = aspect("parts", "parts", "What the machine is made of, as its BMC has it (FRU)");

export const machineSecure = verb({
  words: "machine secure",
  says: "Give the BMC's user a random password of 20 characters; the old one is kept until the new one logs in",
  example: "rackhand machine secure web1",
  options: object({ ...severalOptions, json }),
  act: (chosen, world) =>
    severally(
      chosen,
      {
        verb: "machine secure",
        will: ({ bmc }) =>
          bmc === null ? "has no BMC" : `the user ${bmc.user} of its BMC gets a new password`,
        act: async (name) => {
          const answer = await world.api.ask("secure", { name });
          return { answer, says: answer.says };
        },
      },
      world,
    ),
});

/** Exit 1 when something fails: a critical sensor, an unsafe setting. */
async function about(
  aspects: readonly BmcAspect[],
  { name, asJson }: { name: string; asJson: boolean },
  { api, out, width }: World,
): Promise<number> {
  const reports: BmcReport[] = [];
  for (const one of aspects) {
    const none = aspects.length > 1 ? (): BmcReport => ({ speaks: "" }) : undefined;
    const answer = api.ask("readBmc", { name, about: one });
    reports.push(await (none === undefined ? answer : answer.catch(unless("bmc.cannot", none))));
  }
  const whole: BmcReport = Object.assign({}, ...reports.filter(({ speaks }) => speaks !== ""));
  if (asJson) out(JSON.stringify(whole));
  else for (const line of linesOf(whole, width)) out(line);
  const isBad = whole.sensors?.some(({ is }) => is === "critical") ?? false;
  return isBad || (whole.findings ?? []).some(({ is }) => is === "fail") ? 1 : 0;
}

const unless =
  <T>(id: string, otherwise: () => T) =>
  (failure: unknown): T => {
    if ((failure as { id?: string }).id !== id) throw failure;
    return otherwise();
  };

/** A BMC's words are strangers' words. */
function linesOf(report: BmcReport, width: number): string[] {
  const { controller, console, sensors, log, parts, users, findings } = report;
  const table = (head: string[], rows: string[][]) =>
    rows.length === 0
      ? ["None."]
      : columns(
          head,
          rows.map((row) => row.map((cell) => printable(cell))),
          width,
        );
  return [
    ...(controller
      ? [
          printable(
            `${controller.maker} ${controller.product}, firmware ${controller.firmware}, by ${report.speaks}`,
          ),
        ]
      : []),
    ...(console ? [`Console: ${waysOf(console)}`] : []),
    ...(sensors
      ? table(
          ["SENSOR", "IS", "READS"],
          sensors.map(({ name, is, reads }) => [name, is, reads]),
        )
      : []),
    ...(log
      ? table(
          ["ID", "WHEN", "WHAT"],
          log.map(({ id, at, says: what }) => [id, at, what]),
        )
      : []),
    ...(parts ?? []).flatMap(({ name, fields }) =>
      table(
        [name.toUpperCase(), ""],
        Object.entries(fields).map((field) => [...field]),
      ),
    ),
    ...(users
      ? [
          `Users: ${users.map(({ name, role, isOn }) => printable(`${name || "(no name)"} ${isOn ? role : "off"}`)).join(", ")}`,
        ]
      : []),
    ...(findings?.length === 0 ? ["Nothing unsafe was found."] : []),
    ...(findings ?? []).map(
      ({ is, says: what, remedy }) => `${is.toUpperCase()}: ${printable(what)} ${remedy}`,
    ),
  ];
}

function waysOf({ ways, baud }: NonNullable<BmcReport["console"]>): string {
  const words = ways.map(
    ({ by, isOn, port }) => `${by}${port ? ` (port ${port})` : ""}${isOn ? "" : ", off"}`,
  );
  return `${printable(words.join("; ") || "none")}${baud ? `, serial port at ${baud} baud` : ""}`;
}
