import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readExample } from "./example.ts";
import { totpSsh } from "./rules/totp-ssh.ts";

const capture = join(import.meta.dirname, "../../../captures/check/totp-ssh/healthy.txt");

test.each([
  ["persourcepenaltyexemptlist none", true],
  ["persourcepenaltyexemptlist 192.0.2.0/24", false],
])(
  "sshd of OpenSSH 10, %s: it is told that wrong codes shut out all behind an address: %s",
  (says, isTold) => {
    const { heard, facts } = readExample(readFileSync(capture, "utf8"));
    const out = heard.out.replace("persourcepenaltyexemptlist none", says);

    const verdict = totpSsh.judge({ ...heard, out }, facts);

    expect(verdict.is).toBe("pass");
    expect(JSON.stringify(verdict).includes("shut out everybody")).toBe(isTold);
  },
);
