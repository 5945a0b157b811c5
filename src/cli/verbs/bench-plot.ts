import { object } from "@optique/core/constructs";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import { json, says } from "../common.ts";
import { asIs, printSaid } from "../print-said.ts";
import { verb } from "../verb.ts";

const words = (flag: `--${string}`, metavar: string, about: string) =>
  optional(option(flag, string({ metavar: metavar as "WORD" }), says(about)));

export const benchPlot = verb({
  words: "bench plot",
  says: "Runs as a picture, in the terminal or as SVG, PNG or CSV: IOPS over time, latency, distribution",
  example: "rackhand bench plot linux-4.11 linux-4.13 --baseline-ssd ssd --baseline-hdd hdd --out iops.svg",
  options: object({
    runs: multiple(
      argument(
        string({ metavar: "RUN" }),
        says(
          "A run's id, a name, NAME@CONDITION, or a file: fio's logs, fio's JSON, hyperfine, Go, criterion, CSV",
        ),
      ),
      { min: 1 },
    ),
    kind: optional(
      option(
        "--kind",
        choice(["iops", "latency", "distribution"]),
        says("iops: over time; latency: a heat map of one run, requests of several; else what there is"),
      ),
    ),
    fit: withDefault(
      option("--fit", choice(["bezier", "loess", "none"]), says("The smooth line through the windows")),
      "bezier" as const,
    ),
    metric: words("--metric", "NAME", "Of a file with several, which one"),
    baselineSsd: words("--baseline-ssd", "RUN", "The SSD alone, as a band"),
    baselineHdd: words("--baseline-hdd", "RUN", "The HDD alone, as a band"),
    out: words("--out", "FILE", "Where to write it; .svg, .png or .csv says as what"),
    json,
  }),
  act: async ({ json: asJson, ...asked }, { local, out }) => {
    return printSaid(await local.plotRuns(asked), asJson, out, asIs);
  },
});
