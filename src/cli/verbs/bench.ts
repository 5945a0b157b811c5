import { object } from "@optique/core/constructs";
import { optional, withDefault } from "@optique/core/modifiers";
import { argument, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { Fault } from "../../base/fault.ts";
import { json, readingsAs, says } from "../common.ts";
import { asIs, printSaid } from "../print-said.ts";
import { verb } from "../verb.ts";

const files = (metavar: "A" | "B", about: string) => argument(string({ metavar }), says(about));

export const benchCompare = verb({
  words: "bench compare",
  says: "Is B the same as A? Exit 0 the same within a margin, 1 different, 2 the readings cannot tell",
  example: "rackhand bench compare before-1.json,before-2.json after.json --metric read-iops --within 5%",
  options: object({
    a: files(
      "A",
      "Runs by name or id, or files (fio, hyperfine, Go, criterion, CSV); several with commas between",
    ),
    b: files("B", "The same of what is compared with it"),
    metric: optional(
      option(
        "--metric",
        string({ metavar: "NAME" }),
        says("Which one, such as read-clat-p99; else the only one"),
      ),
    ),
    within: withDefault(
      option("--within", string({ metavar: "PERCENT" }), says("How far apart is still the same")),
      "5%",
    ),
    as: readingsAs,
    json,
  }),
  async act({ json: asJson, within, ...asked }, { local, out }) {
    return printSaid(await local.benches.compare({ ...asked, within: partOf(within) }), asJson, out, asIs);
  },
});

/** `5%` as 0.05: a bare number could be either. */
function partOf(words: string): number {
  const part = /^\d+(?:\.\d+)? ?%$/.test(words) ? Number.parseFloat(words) / 100 : 0;
  if (part > 0 && part < 1) return part;
  throw new Fault("use.wrong", { what: `"${words}" is no margin such as 5%.`, verb: "bench compare" });
}
