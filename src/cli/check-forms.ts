import { optional, withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { Fault } from "../base/fault.ts";
import { says } from "./common.ts";
import type { CheckForm } from "./world.ts";

const FILE = string({ metavar: "FILE" });

export const baseline = optional(
  option("--baseline", FILE, says("What was acknowledged, as a file in git; else the state directory's")),
);

/** A run's answer for other programs. */
export const formFlags = {
  sarif: withDefault(flag("--sarif", says("As SARIF 2.1.0")), false),
  junit: withDefault(flag("--junit", says("As JUnit's XML")), false),
  textfile: withDefault(flag("--textfile", says("As metrics for node_exporter's textfile collector")), false),
  out: optional(option("--out", FILE, says("Where the form is written, whole or not at all"))),
};

type Asked = Readonly<Record<CheckForm, boolean>> & { readonly out: string | undefined };

export function formOf({ out, ...flags }: Asked): CheckForm | undefined {
  const asked = (["sarif", "junit", "textfile"] as const).filter((form) => flags[form]);
  if (asked.length > 1)
    throw new Fault("use.wrong", { what: `--${asked.join(" and --")}: one form a run.`, verb: "check" });
  if (asked.length === 0 && out !== undefined)
    throw new Fault("use.wrong", { what: "--out goes with --sarif, --junit or --textfile.", verb: "check" });
  return asked[0];
}
