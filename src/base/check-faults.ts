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
  "check.busy": {
    says: "Another rackhand on this machine asks or mends {host}, for more than {within} already.",
    remedy: "Wait until that is done; `lslocks` shows who holds {lock}.",
  },
  "check.not-written": {
    says: "{path} could not be written: {why}.",
    remedy: "Mend that, or name another place.",
  },
  "check.locked": {
    says: "{host} is being mended by {owner}, and nothing was changed.",
    remedy:
      "Wait until that is done. If it was killed, `rackhand check undo --list {host}` shows what it began, and " +
      "`rm -r /run/rackhand.lock` there lets others go on.",
  },
  "check.fix-refused": {
    says: "Nothing was changed on {host} for {rule}: {why}.",
    remedy: "Mend that and run it again, or do by hand what `rackhand check {host} --rule {rule}` says.",
  },
  "check.fix-undone": {
    says: "{rule} was tried on {host} and taken back: {why}.",
    remedy: "Do by hand what `rackhand check {host} --rule {rule}` says.",
  },
  "check.fix-broken": {
    says: "{id} is half done on {host}, and was not taken back wholly: {why}.",
    remedy:
      "Mend what that names, then run `rackhand check undo {id} {host}`; what was there before is kept there in " +
      "/var/lib/rackhand/undo/{id}.",
  },
  "check.undo-unknown": {
    says: "{host} keeps nothing called {id}.",
    remedy: "`rackhand check undo --list {host}` shows what can be taken back.",
  },
  "check.undo-changed": {
    says: "{paths} on {host} is not as {id} left it, so nothing was taken back.",
    remedy: "Look at the difference; --force restores what was there before all the same.",
  },
  "check.undo-refused": {
    says: "Nothing was taken back on {host}: {why}.",
    remedy: "Mend that and run it again.",
  },
} as const satisfies Record<string, { says: string; remedy: string }>;
