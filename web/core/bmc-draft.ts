import { newBmc } from "../../src/api/bmc-shapes.ts";
import type { Machine } from "../../src/api/shapes.ts";
import type { Question } from "../../src/api/table.ts";
import { flaw, ok, type Read } from "../../src/base/read.ts";
import { becomes, changedOf, changeOf, type Draft, type Fields, flagsOf, lower } from "./change-draft.ts";

/** How a machine's BMC is reached, to be changed or put on record. */
export type BmcField = "driver" | "address" | "port" | "user" | "password" | "console" | "commands";
export type BmcDraft = Draft<BmcField>;
type Wish = { readonly before: BmcDraft; readonly draft: BmcDraft; readonly trustAnew: boolean };
type Change = Omit<Question<"setBmc">, "name">;

export const BMC: Fields<BmcField> = {
  driver: {
    ...{ says: "Driver", flag: "--driver" },
    options: [
      ["ipmitool", "ipmitool: IPMI over the network"],
      ["redfish", "redfish: over HTTPS"],
      ["smash", "smash: SMASH-CLP over ssh"],
      ["command", "command: commands of the settings"],
    ],
  },
  address: { says: "Address", flag: "--bmc" },
  port: { says: "Port", flag: "--bmc-port", hint: "the driver's usual one" },
  user: { says: "User", flag: "--bmc-user" },
  password: { says: "Password", flag: "--password", hint: "stays as it is", isSecret: true },
  console: {
    ...{ says: "Console by", flag: "--console-by" },
    options: [
      ["", "nothing: it has none"],
      ["ipmitool", "ipmitool"],
      ["smash", "smash"],
    ],
  },
  commands: { says: "Commands", flag: "--commands", hint: "a table of the settings, such as virsh" },
};

export const bmcOf = ({ bmc }: Machine): BmcDraft => ({
  driver: bmc?.driver ?? (bmc === null ? "" : "ipmitool"),
  ...{ address: bmc?.address ?? "", port: `${bmc?.port ?? ""}`, user: bmc?.user ?? "", password: "" },
  ...{ console: bmc?.console ?? "", commands: bmc?.commands ?? "" },
});

/** Those that its driver has a use for. */
export const bmcFields = ({ driver }: BmcDraft): readonly BmcField[] =>
  (Object.keys(BMC) as BmcField[]).filter((field) => {
    if (field === "console") return driver === "redfish" || driver === "command";
    return field !== "commands" || driver === "command";
  });

/** Another driver has another port, and nothing of what only the one before had a use for. */
export function drivenBy({ before, draft }: Omit<Wish, "trustAnew">, driver: string): BmcDraft {
  const { port, console, commands } = before;
  return { ...draft, driver, port: driver === before.driver ? port : "", console, commands };
}

/** Why it cannot be asked for yet, or the change. */
export function bmcChange({ bmc }: Machine, { trustAnew, ...both }: Wish): Read<Change> {
  const { draft } = both;
  const isBare = draft.driver === "command"; // commands have ways of their own to show who asks
  const lacking = wantedOf(bmc, isBare).find((field) => draft[field].trim() === "");
  if (lacking !== undefined) return flaw(`nothing is given as ${lower(BMC[lacking].says)}`);
  if (changedOf(BMC, both).length === 0 && !trustAnew) return flaw("nothing is changed");
  const read = changeOf(BMC, both, { shape: newBmc.partial(), as: { port: Number } });
  if (!read.ok) return read;
  const nobody = bmc === null && isBare ? { user: "", password: "" } : {};
  return ok({ ...nobody, ...read.value, trustAnew });
}

function wantedOf(bmc: Machine["bmc"], isBare: boolean): readonly BmcField[] {
  if (bmc !== null) return bmc.lacksPassword ? ["password"] : [];
  return isBare ? ["address", "commands"] : ["address", "user", "password"];
}

export function bmcWords({ name, bmc }: Machine, { trustAnew, ...both }: Wish): string {
  const words = becomes(BMC, both);
  const none =
    bmc === null ? `Put the BMC of ${name} on record.` : `Change how the BMC of ${name} is reached.`;
  const what = words === "" || bmc === null ? none : `Of the BMC of ${name}, ${words}.`;
  const trust = trustAnew ? " What certificate or host key it shows next is taken for its own." : "";
  return `${what}${trust} It is asked at once what it is; ${name} itself goes on as it is.`;
}

export function bmcLine(name: string, { trustAnew, ...both }: Wish): string {
  const secret = both.draft.password === "" ? [] : ["IPMI_PASSWORD=…"];
  const flags = [...flagsOf(BMC, both), ...(trustAnew ? ["--trust-anew"] : [])];
  return [...secret, "rackhand", "machine", "bmc", name, ...flags].join(" ");
}
