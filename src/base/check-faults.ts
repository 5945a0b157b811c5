/** What an operator can meet with checks; a part of the table in `fault.ts`. */
export const CHECK_FAULTS = {
  "check.rule-wrong": {
    says: "The rule in {path} cannot be used: {why}.",
    remedy:
      "Mend it or take it out; docs/checks.md shows what a rule is. TypeScript needs Node 22.18, else write .mjs.",
  },
  "check.no-rule": { says: 'There is no rule "{id}".', remedy: "`rackhand check rules` lists them." },
  "check.baseline-wrong": {
    says: "What was acknowledged cannot be read from {path}: {why}.",
    remedy: "Mend that; docs/checks.md shows what stands in such a file.",
  },
  "check.not-failing": {
    says: "{host} is not known to fail {rule}, so there is nothing to acknowledge.",
    remedy:
      "Run `rackhand check {host} --rule {rule}` first, or give the cause that --json tells by --cause.",
  },
  "check.not-acknowledged": {
    says: "{rule} is not acknowledged for {host}.",
    remedy: "`rackhand check acknowledged` lists what is.",
  },
  "check.not-kept": {
    says: "No run of {host} is kept here.",
    remedy: "`rackhand check fleet --json` names those that are.",
  },
  "check.not-written": {
    says: "{path} could not be written: {why}.",
    remedy: "Mend that, or name another place.",
  },
} as const satisfies Record<string, { says: string; remedy: string }>;
